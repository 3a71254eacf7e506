import type { FastifyRequest } from 'fastify';
import { shows, texts } from '../control/answer-schemas.js';
import { defaultEnvironment, environmentNamed } from '../control/paths.js';
import type { App, Context, Environment } from '../environment/context.js';
import { type Application, toClient } from '../environment/model/application.js';
import { sendJson } from '../http/answers.js';
import { isPasswordHash } from '../lib/password-hash.js';
import { array, boolean, object, string } from '../lib/schema/types.js';
import { grantableScopes } from '../oauth/tokens/scopes.js';
import { offeredSomeoneElse } from './someone-else.js';

/** The page lists this many applications and users at most. */
const shownApplications = 500;
const shownUsers = 10;

const querystring = object({}, { environment: string, application: string });

const named = { id: string, name: string };
const shown = object(
  { environments: array(object(named)), redirectUri: string, hidesSecrets: boolean },
  {
    environment: object({
      ...named,
      issuer: string,
      applications: array(object({ ...named, type: string })),
      users: array(object({ username: string }, { password: string })),
    }),
    application: object(
      {
        ...named,
        type: string,
        enabled: boolean,
        grantTypes: texts,
        responseTypes: texts,
        authenticationMethod: string,
        pkceEnforcement: string,
        redirectUris: texts,
        postLogoutRedirectUris: texts,
        scopes: texts,
        needs: texts,
      },
      { secret: string, someoneElse: string },
    ),
  },
);

async function usersOf({ store }: Environment, hidesSecrets: boolean) {
  const { items } = await store.users.page({ limit: shownUsers });
  return Promise.all(
    items.map(async ({ id, username }) => {
      const password = hidesSecrets ? undefined : await store.passwords.get(id);
      return { username, ...(password && !isPasswordHash(password.value) && { password: password.value }) };
    }),
  );
}

/** What an application requires of a request beyond the usual, in words. */
const needsOf = ({ parRequirement, requireSignedRequestObject, enabled }: Application): string[] => [
  ...(enabled ? [] : ['The application is disabled: the server refuses it.']),
  ...(parRequirement === 'REQUIRED' ? ['The application must push its requests (PAR).'] : []),
  ...(requireSignedRequestObject === true ? ['The application must sign its requests (a request object).'] : []),
];

/** An application with everything that its requests have to match. */
async function describe(context: Context, environment: Environment, application: Application, request: FastifyRequest) {
  const { store } = environment;
  const { id, name, type, enabled, grantTypes, responseTypes, authenticationMethod, pkceEnforcement, ...uris } = toClient(application);
  const { openid, others } = await grantableScopes(environment, application);
  const isSecretShown = !context.settings.hideSecrets && authenticationMethod !== 'none';
  const secret = isSecretShown ? (await store.secrets.get(id))?.secret : undefined;
  return {
    ...{ id, name, type, enabled, grantTypes, responseTypes, authenticationMethod, pkceEnforcement },
    redirectUris: uris.redirectUris,
    postLogoutRedirectUris: uris.postLogoutRedirectUris,
    scopes: [...new Set([...openid, ...others.flatMap(({ scopes }) => scopes)])],
    needs: needsOf(application),
    secret,
    someoneElse: await offeredSomeoneElse(context, environment, request, id),
  };
}

/** What the playground needs to know about an environment and one of its applications. */
export const playground = (app: App, context: Context): void => {
  const schema = { summary: 'An application, for the playground', querystring, answers: shows(shown) };
  app.get('/playground', { schema }, async (request, reply) => {
    const { environment: asked, application: wanted } = request.query;
    const { hideSecrets } = context.settings;
    const environment = asked === undefined ? defaultEnvironment(context) : environmentNamed(context, asked);
    const common = {
      environments: context.environments.list().map(({ id, record }) => ({ id, name: record.name })),
      redirectUri: `${context.origin(request)}/__mock/callback`,
      hidesSecrets: hideSecrets,
    };
    if (!environment) return sendJson(reply, common);
    const { store, id, record } = environment;
    // PingOne's own applications have no grant types, and users cannot sign on to them here.
    const applications = (await store.applications.list()).filter(({ grantTypes }) => grantTypes);
    const signsOn = ({ grantTypes }: Application) => grantTypes?.includes('AUTHORIZATION_CODE') || grantTypes?.includes('IMPLICIT');
    const application = applications.find((each) => each.id === wanted?.toLowerCase()) ?? applications.find(signsOn) ?? applications[0];
    return sendJson(reply, {
      ...common,
      environment: {
        id,
        name: record.name,
        issuer: `${context.baseUrl(request, environment)}/as`,
        applications: applications.slice(0, shownApplications).map((each) => ({ id: each.id, name: each.name, type: each.type })),
        users: await usersOf(environment, hideSecrets),
      },
      application: application && (await describe(context, environment, application, request)),
    });
  });
};
