import { messageAt, milliseconds, shows, texts } from '../control/answer-schemas.js';
import { defaultEnvironment, environmentNamed } from '../control/paths.js';
import { version } from '../embedded.js';
import type { App, Context, Environment } from '../environment/context.js';
import { hidden } from '../environment/journal/hide-secrets.js';
import type { Message } from '../environment/journal/outbox.js';
import { sendJson } from '../http/answers.js';
import { isPasswordHash } from '../lib/password-hash.js';
import { array, boolean, integer, object, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';

const querystring = object({}, { environment: string });

const environmentMembers = { id: string, name: string, issuer: string };
const user = object(
  { id: string, username: string, enabled: boolean, status: string },
  { name: string, email: string, lastSignOn: string, password: string },
);
const application = object(
  { id: string, name: string, type: string, enabled: boolean, grantTypes: texts },
  { tokenEndpointAuthMethod: string, pkceEnforcement: string, redirectUris: texts, secret: string },
);
const group = object({ id: string, name: string }, { userFilter: string });
const identityProvider = object(
  { id: string, name: string, type: string, enabled: boolean, offered: boolean },
  { playedBy: string, issuer: string },
);
const flowPolicy = object({ id: string, name: string, enabled: boolean }, { preset: string });
const session = object(
  { id: string, createdAt: milliseconds, activeAt: milliseconds, expiresAt: milliseconds, acr: string, amr: texts },
  { username: string },
);
const shown = object(
  {
    version: string,
    origin: string,
    codeLifetimeSeconds: integer,
    certificateAuthority: boolean,
    secretsHidden: boolean,
    environments: array(object(environmentMembers)),
  },
  {
    environment: object({
      ...environmentMembers,
      now: milliseconds,
      users: array(user),
      applications: array(application),
      groups: array(group),
      identityProviders: array(identityProvider),
      flowPolicies: array(flowPolicy),
      sessions: array(session),
      outbox: array(messageAt(milliseconds)),
    }),
  },
);

/** The page shows this many users, groups and sessions at most. */
const shownUsers = 50;

async function usersOf({ store }: Environment, hideSecrets: boolean) {
  const { items } = await store.users.page({ limit: shownUsers });
  return Promise.all(
    items.map(async ({ id, username, name, email, enabled, account, lastSignOn }) => {
      const password = hideSecrets ? undefined : await store.passwords.get(id);
      return {
        id,
        username,
        name: name?.formatted ?? ([name?.given, name?.family].filter(Boolean).join(' ') || undefined),
        email,
        enabled,
        status: account.status,
        lastSignOn: lastSignOn?.at,
        // A password that is stored as a hash cannot be typed.
        ...(password && !isPasswordHash(password.value) && { password: password.value }),
      };
    }),
  );
}

async function applicationsOf({ store }: Environment, hideSecrets: boolean) {
  // PingOne's own applications have no grant types, and users cannot sign on to them here.
  const applications = (await store.applications.list()).filter(({ grantTypes }) => grantTypes);
  return Promise.all(
    applications.map(async ({ id, name, type, enabled, grantTypes, tokenEndpointAuthMethod, pkceEnforcement, redirectUris }) => {
      const secret = hideSecrets || tokenEndpointAuthMethod === 'NONE' ? undefined : (await store.secrets.get(id))?.secret;
      return { id, name, type, enabled, grantTypes, tokenEndpointAuthMethod, pkceEnforcement, redirectUris, secret };
    }),
  );
}

async function groupsOf({ store }: Environment) {
  const { items } = await store.groups.page({ limit: shownUsers });
  return items.map(({ id, name, userFilter }) => ({ id, name, userFilter }));
}

/** External identity providers: who plays them, and whether the sign-on page of any policy offers them. */
async function identityProvidersOf({ store }: Environment) {
  const [providers, actions] = await Promise.all([store.identityProviders.list(), store.signOnPolicyActions.list()]);
  const offered = new Set(
    actions.flatMap(({ socialProviders, identityProvider: only }) =>
      [socialProviders, only].flat().flatMap((each) => textMember(each, 'id')?.toLowerCase() ?? []),
    ),
  );
  return providers.map((provider) => {
    const { id, name, type, enabled, playedBy } = provider;
    return { id, name, type, enabled, playedBy, issuer: textMember(provider, 'issuer'), offered: offered.has(id) };
  });
}

/** The newest sessions, without the value of their cookie, which would give access to the session. */
async function sessionsOf({ store }: Environment) {
  const sessions = await store.sessions.list();
  return Promise.all(
    sessions.slice(-shownUsers).map(async ({ id, userId, createdAt, activeAt, expiresAt, acr, amr }) => ({
      id,
      username: (await store.users.get(userId))?.username,
      createdAt,
      activeAt,
      expiresAt,
      acr,
      amr,
    })),
  );
}

/** The outbox of the control API still has the code: tests read it there. */
const withoutCode = ({ code, text, ...message }: Message): Message => ({
  ...message,
  text: code === undefined ? text : text.replaceAll(code, hidden),
});

/** What the inspector shows of an environment besides its transactions. */
export const environmentState = (app: App, context: Context): void => {
  app.get(
    '/state',
    { schema: { summary: 'The state of an environment, for the inspector', querystring, answers: shows(shown) } },
    async (request, reply) => {
      const { environment: name } = request.query;
      const { hideSecrets, codeLifetimeSeconds } = context.settings;
      const environment = name === undefined ? defaultEnvironment(context) : environmentNamed(context, name);
      const issuerOf = (each: Environment) => `${context.baseUrl(request, each)}/as`;
      return sendJson(reply, {
        version,
        origin: context.origin(request),
        codeLifetimeSeconds,
        certificateAuthority: context.certificateAuthority !== undefined,
        secretsHidden: hideSecrets,
        environments: context.environments.list().map((each) => ({ id: each.id, name: each.record.name, issuer: issuerOf(each) })),
        ...(environment && {
          environment: {
            id: environment.id,
            name: environment.record.name,
            issuer: issuerOf(environment),
            now: environment.clock.now(),
            users: await usersOf(environment, hideSecrets),
            applications: await applicationsOf(environment, hideSecrets),
            groups: await groupsOf(environment),
            identityProviders: await identityProvidersOf(environment),
            flowPolicies: (await environment.store.flowPolicies.list()).map(({ id, name, enabled, preset }) => ({
              id,
              name,
              enabled,
              preset,
            })),
            sessions: await sessionsOf(environment),
            outbox: environment.outbox
              .list()
              .reverse()
              .map(hideSecrets ? withoutCode : (message) => message),
          },
        }),
      });
    },
  );
};
