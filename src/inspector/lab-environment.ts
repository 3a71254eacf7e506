import { rememberBaseline } from '../configuration/baseline.js';
import { applySeed, readSeed } from '../configuration/seed/index.js';
import { shows } from '../control/answer-schemas.js';
import type { App, Context, Environment } from '../environment/context.js';
import { EnvironmentClash } from '../environment/environment-clash.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, integer, object, string } from '../lib/schema/types.js';

/** The environment that the lab and the built-in demo client share. It is created on first use. */
const sharedId = 'e0000000-0000-4000-8000-0000000001ab';

/** How many finished runs keep their environment, so that they can still be inspected. */
const keptRuns = 20;
/** A run younger than this may still be in progress. */
const runMilliseconds = 60_000;
/** The most runs in progress whose environments are kept: each takes about 140 kB. */
const mostRuns = 500;

const body = object({}, { own: boolean });
const application = object({ id: string, name: string, pkceEnforcement: string });
const shown = object({
  environmentId: string,
  issuer: string,
  baseUrl: string,
  redirectUri: string,
  codeLifetimeSeconds: integer,
  users: array(object({ username: string, password: string })),
  applications: object({
    OPTIONAL: application,
    REQUIRED: application,
    S256_REQUIRED: application,
    mallory: application,
    demo: application,
  }),
});

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

/** One application per pkceEnforcement, Mallory's own, and the demo client of the setup page. */
const applications = {
  OPTIONAL: { id: 'a0000000-0000-4000-8000-0000000001a1', name: 'Victim App (OPTIONAL)', pkceEnforcement: 'OPTIONAL' },
  REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a2', name: 'Victim App (REQUIRED)', pkceEnforcement: 'REQUIRED' },
  S256_REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a3', name: 'Victim App (S256_REQUIRED)', pkceEnforcement: 'S256_REQUIRED' },
  mallory: { id: 'a0000000-0000-4000-8000-0000000001a4', name: 'Mallory’s App', pkceEnforcement: 'OPTIONAL' },
  demo: { id: 'a0000000-0000-4000-8000-0000000001a5', name: 'Try-it Client', pkceEnforcement: 'S256_REQUIRED' },
};

const seedOf = (id: string, redirectUri: string) => ({
  environments: [
    {
      id,
      name: id === sharedId ? 'Lab' : 'Lab, one run',
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

/** Adds the redirect URI of the requested origin: the applications redirect back to this server, whatever name it goes by. */
async function allowRedirect({ store }: Environment, redirectUri: string): Promise<void> {
  for (const { id } of Object.values(applications)) {
    const application = await store.applications.get(id);
    if (application && !application.redirectUris?.includes(redirectUri))
      await store.applications.put({ ...application, redirectUris: [...(application.redirectUris ?? []), redirectUri].slice(-50) });
  }
}

const isComplete = async ({ environments }: Context): Promise<boolean> =>
  (await environments.get(sharedId)?.store.applications.get(applications.demo.id)) !== undefined;

async function make(context: Context, id: string, redirectUri: string): Promise<Environment> {
  const [environment] = await applySeed(context, readSeed(seedOf(id, redirectUri), 'the lab'));
  if (!environment) throw new EnvironmentClash(id, 'removed');
  await rememberBaseline(environment);
  return environment;
}

/** The attack lab's environment, with its own applications and users, so that it disturbs no other. */
export const labEnvironment = (app: App, context: Context): void => {
  let making: Promise<Environment> | undefined;
  let runs: { readonly id: string; readonly begunAt: number }[] = [];

  const shared = async (redirectUri: string): Promise<Environment> => {
    // Two pages that open at once must not create it twice.
    if (!(await isComplete(context)))
      making ??= make(context, sharedId, redirectUri).finally(() => {
        making = undefined;
      });
    const environment = (await making) ?? context.environments.get(sharedId);
    if (!environment) throw new EnvironmentClash(sharedId, 'removed');
    await allowRedirect(environment, redirectUri);
    return environment;
  };

  /** An environment for a single run: one that moves the clock or injects faults must not disturb the others. */
  const own = async (redirectUri: string): Promise<Environment> => {
    const [id, begunAt] = [context.random.uuid(), context.clock.now()];
    const environment = await make(context, id, redirectUri);
    runs = [...runs.filter((run) => context.environments.get(run.id)), { id, begunAt }];
    const over = runs.filter((run, at) => Math.abs(begunAt - run.begunAt) > runMilliseconds || at < runs.length - mostRuns);
    for (const old of over.slice(0, -keptRuns)) await context.environments.remove(old.id);
    return environment;
  };

  const schema = {
    summary: 'The lab’s environment, created on first use; or a separate one for a single run',
    body,
    answers: shows(shown),
  };
  app.post('/lab', { schema }, async (request, reply) => {
    const redirectUri = `${context.origin(request)}/__mock/callback`;
    const { own: alone } = request.body;
    const environment = await (alone ? own : shared)(redirectUri);
    const baseUrl = context.baseUrl(request, environment);
    return sendJson(reply, {
      environmentId: environment.id,
      issuer: `${baseUrl}/as`,
      baseUrl,
      redirectUri,
      codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
      users: people.map(({ username, password }) => ({ username, password })),
      applications,
    });
  });
};
