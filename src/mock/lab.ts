import { sendJson } from '../answers.js';
import type { App, Context, Environment } from '../context.js';
import { rememberBaseline } from '../domain/baseline.js';
import { applySeed, readSeed } from '../domain/seed.js';
import { nothing } from './validation.js';

/** The environment of the lab and of the built-in demo client. It is made when it is first asked for. */
const environmentId = 'e0000000-0000-4000-8000-0000000001ab';

const people = [
  {
    id: 'b0000000-0000-4000-8000-0000000001a1',
    username: 'victor',
    name: { given: 'Victor', family: 'Victim' },
    password: 'Victor-Passw0rd',
  },
  {
    id: 'b0000000-0000-4000-8000-0000000001a2',
    username: 'mallory',
    name: { given: 'Mallory', family: 'Malice' },
    password: 'Mallory-Passw0rd',
  },
];

/** One application for each pkceEnforcement, one of Mallory's own, and the demo client of the setup page. */
const applications = {
  OPTIONAL: { id: 'a0000000-0000-4000-8000-0000000001a1', name: 'Victim App (OPTIONAL)', pkceEnforcement: 'OPTIONAL' },
  REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a2', name: 'Victim App (REQUIRED)', pkceEnforcement: 'REQUIRED' },
  S256_REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a3', name: 'Victim App (S256_REQUIRED)', pkceEnforcement: 'S256_REQUIRED' },
  mallory: { id: 'a0000000-0000-4000-8000-0000000001a4', name: 'Mallory’s App', pkceEnforcement: 'OPTIONAL' },
  demo: { id: 'a0000000-0000-4000-8000-0000000001a5', name: 'Try-it Client', pkceEnforcement: 'S256_REQUIRED' },
};

const seedOf = (redirectUri: string) => ({
  environments: [
    {
      id: environmentId,
      name: 'Lab',
      users: people.map((person) => ({ ...person, email: `${person.username}@lab.example` })),
      applications: Object.values(applications).map((application) => ({
        ...application,
        enabled: true,
        type: 'SINGLE_PAGE_APP',
        protocol: 'OPENID_CONNECT',
        grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
        responseTypes: ['CODE'],
        tokenEndpointAuthMethod: 'NONE',
        redirectUris: [redirectUri],
        grants: [{ resource: 'openid', scopes: ['profile', 'email'] }],
      })),
    },
  ],
});

/** Lets the applications be used under the origin that is asked for as well: the redirect leads back to this server. */
async function allowRedirect({ store }: Environment, redirectUri: string): Promise<void> {
  for (const { id } of Object.values(applications)) {
    const application = await store.applications.get(id);
    if (application && !application.redirectUris?.includes(redirectUri))
      await store.applications.put({ ...application, redirectUris: [...(application.redirectUris ?? []), redirectUri].slice(-50) });
  }
}

const isComplete = async ({ environments }: Context): Promise<boolean> =>
  (await environments.get(environmentId)?.store.applications.get(applications.demo.id)) !== undefined;

async function make(context: Context, redirectUri: string): Promise<void> {
  await applySeed(context, readSeed(seedOf(redirectUri), 'the lab'));
  await rememberBaseline(context.environments.get(environmentId) as Environment);
}

/** What the attack lab plays with: real applications and users of an environment of their own, so that nothing else is disturbed. */
export const lab = (app: App, context: Context): void => {
  let making: Promise<void> | undefined;
  app.post('/lab', { schema: { summary: 'The lab’s environment; made if it is not there', body: nothing } }, async (request, reply) => {
    const redirectUri = `${context.origin(request)}/__mock/callback`;
    // Two pages that open at once must not make it twice.
    if (!(await isComplete(context)))
      making ??= make(context, redirectUri).finally(() => {
        making = undefined;
      });
    await making;
    const environment = context.environments.get(environmentId) as Environment;
    await allowRedirect(environment, redirectUri);
    const baseUrl = context.baseUrl(request, environment);
    return sendJson(reply, {
      environmentId,
      issuer: `${baseUrl}/as`,
      baseUrl,
      redirectUri,
      codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
      users: people.map(({ username, password }) => ({ username, password })),
      applications,
    });
  });
};
