// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import type { FastifyRequest } from 'fastify';
import { partnerAttributes } from '../configuration/identity-providers/from-environment.js';
import { createProvider, createProviderAttribute } from '../configuration/identity-providers/providers.js';
import { policyInForce } from '../configuration/sign-on-policies/in-force.js';
import { shows } from '../control/answer-schemas.js';
import { ControlError } from '../control/control-error.js';
import { environmentOfPath, environmentPath } from '../control/paths.js';
import type { App, Context, Environment } from '../environment/context.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { IdentityProvider } from '../environment/model/identity-providers.js';
import { serialize } from '../environment/serialize.js';
import { sendJson } from '../http/answers.js';
import { object, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { somebody, wayTo } from '../signon/external/ways.js';

const name = 'Someone Else';

/** The most providers that a page offers beside the password (src/signon/external/offered.ts). */
const mostOffered = 50;

/** Whether the mock's own page plays a provider, so that a person may sign on as anybody there. */
const isPage = (context: Context, request: FastifyRequest, provider: IdentityProvider | undefined): provider is IdentityProvider =>
  provider?.enabled === true && wayTo(context, request, provider)?.kind === 'page';

const offeredBy = (action: SignOnPolicyAction): string[] =>
  (Array.isArray(action.socialProviders) ? action.socialProviders : [])
    .slice(0, mostOffered)
    .flatMap((each) => textMember(each, 'id') ?? []);

/** The action of an application's sign-on policy that shows a page with buttons. */
async function pageAction(environment: Environment, applicationId: string): Promise<SignOnPolicyAction | undefined> {
  const { actions } = await policyInForce(environment, applicationId);
  return actions.find(({ type }) => type === 'LOGIN' || type === 'IDENTIFIER_FIRST');
}

/** The name of the provider by which a person signs on to an application as anybody; undefined if its page offers none. */
export async function offeredSomeoneElse(
  context: Context,
  environment: Environment,
  request: FastifyRequest,
  applicationId: string,
): Promise<string | undefined> {
  const action = await pageAction(environment, applicationId);
  if (!action) return undefined;
  const providers = await Promise.all(offeredBy(action).map((id) => environment.store.identityProviders.get(id.toLowerCase())));
  return providers.find((provider) => isPage(context, request, provider))?.name;
}

/** A provider with unused addresses: the mock's page plays it. New people become users of the default population. */
async function create(environment: Environment): Promise<IdentityProvider> {
  const { store, random } = environment;
  const population = (await store.populations.list()).find((each) => each.default)?.id;
  const issuer = 'https://someone-else.example';
  const taken = new Set((await store.identityProviders.list()).map((provider) => provider.name.toLowerCase()));
  let free = name;
  for (let at = 2; taken.has(free.toLowerCase()); at += 1) free = `${name} ${at}`;
  const members = {
    name: free,
    enabled: true,
    type: 'OPENID_CONNECT',
    clientId: 'pingone-mock',
    clientSecret: random.bytes(24).toString('base64url'),
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    jwksEndpoint: `${issuer}/jwks`,
    scopes: ['openid', 'profile', 'email'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    ...(population !== undefined && { registration: { population: { id: population } } }),
  } as const;
  const provider = { ...(await createProvider(environment, members)), playedBy: somebody };
  await store.identityProviders.put(provider);
  for (const attribute of partnerAttributes) {
    const [core] = await store.identityProviderAttributes.find('provider and name', `${provider.id} ${attribute.name}`);
    if (core) await store.identityProviderAttributes.put({ ...core, value: attribute.value });
    else await createProviderAttribute(environment, provider, attribute);
  }
  return provider;
}

/** Offers the page Someone Else on an application's sign-on page. Doing it again changes nothing. */
export const someoneElse = (app: App, context: Context): void => {
  const schema = {
    summary: 'Offer the page Someone Else, on which a person can sign on as anyone, on an application’s sign-on page',
    body: object({ application: string }),
    answers: shows(object({ name: string })),
  };
  app.post(`${environmentPath}/someone-else`, { schema }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const id = request.body.application.toLowerCase();
    const application = await environment.store.applications.get(id);
    if (!application)
      throw new ControlError(404, 'application_unknown', `there is no application ${JSON.stringify(id)} in this environment`);
    const offered = await serialize(environment, 'someone else', async () => {
      const already = await offeredSomeoneElse(context, environment, request, id);
      if (already !== undefined) return already;
      const action = await pageAction(environment, id);
      if (!action)
        throw new ControlError(
          409,
          'no_sign_on_page',
          'the application’s sign-on policy has no page that could offer a provider',
          'add an action LOGIN or IDENTIFIER_FIRST to it',
        );
      const before = offeredBy(action);
      if (before.length >= mostOffered)
        throw new ControlError(409, 'too_many_providers', `the sign-on page already offers ${mostOffered} providers`, 'remove one');
      const known = (await environment.store.identityProviders.list()).find((each) => isPage(context, request, each));
      const provider = known ?? (await create(environment));
      const socialProviders = [...before, provider.id].map((each) => ({ id: each }));
      await environment.store.signOnPolicyActions.put({ ...action, socialProviders });
      return provider.name;
    });
    return sendJson(reply, { name: offered });
  });
};
