import type { FastifyRequest } from 'fastify';
import { rememberBaseline } from '../configuration/baseline.js';
import { applySeed, readSeed } from '../configuration/seed/index.js';
import { shows } from '../control/answer-schemas.js';
import { ControlError } from '../control/control-error.js';
import type { App, Context, Environment } from '../environment/context.js';
import { EnvironmentClash } from '../environment/environment-clash.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, integer, object, oneOf, string } from '../lib/schema/types.js';
import { assert } from '../protocol/authenticator.js';
import { applications, type Providers, people, rightOrigin, type SeedInput, scenes, seedOf, sharedId, shopClient } from './lab-seeds.js';

/** How many finished runs keep their environment, so that they can still be inspected. */
const keptRuns = 20;
/** A run younger than this may still be in progress. */
const runMilliseconds = 60_000;
/** The most runs in progress whose environments are kept: each takes about 140 kB. */
const mostRuns = 500;

/** `scene` is what a run has besides the applications; `pkceMethod` is how its shop signs people on at its identity providers. */
const body = object({}, { own: boolean, scene: scenes, pkceMethod: oneOf('S256', 'NONE') });
const application = object({ id: string, name: string, pkceEnforcement: string });
const provider = object({ environmentId: string, issuer: string, baseUrl: string });
const shown = object(
  {
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
  },
  {
    shop: object({ clientId: string, callback: string, providers: object({ honest: provider, mallory: provider }) }),
    passkey: object({ origin: string }),
  },
);

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

async function make(context: Context, input: SeedInput): Promise<Environment> {
  const made = await applySeed(context, readSeed(seedOf(input), 'the lab'));
  for (const each of made) await rememberBaseline(context, each);
  const environment = made.at(-1);
  if (!environment) throw new EnvironmentClash(input.id, 'removed');
  return environment;
}

/** The attack lab's environment, with its own applications and users, so that it disturbs no other. */
export const labEnvironment = (app: App, context: Context): void => {
  let making: Promise<Environment> | undefined;
  let runs: { readonly ids: readonly string[]; readonly begunAt: number }[] = [];

  const addresses = (request: FastifyRequest) => {
    const origin = context.origin(request);
    return { origin, redirectUri: `${origin}/__mock/callback` };
  };

  const shared = async (request: FastifyRequest): Promise<Environment> => {
    const input = { id: sharedId, ...addresses(request) };
    // Two pages that open at once must not create it twice.
    if (!(await isComplete(context)))
      making ??= make(context, input).finally(() => {
        making = undefined;
      });
    const environment = (await making) ?? context.environments.get(sharedId);
    if (!environment) throw new EnvironmentClash(sharedId, 'removed');
    await allowRedirect(environment, input.redirectUri);
    return environment;
  };

  /** Environments for a single run: one that moves the clock or injects faults must not disturb the others. */
  const own = async (request: FastifyRequest, more: Pick<SeedInput, 'scene' | 'pkceMethod' | 'providers'>): Promise<Environment> => {
    const [id, begunAt] = [context.random.uuid(), context.clock.now()];
    const environment = await make(context, { id, ...addresses(request), ...more });
    const ids = [id, ...Object.values(more.providers ?? {})];
    runs = [...runs.filter((run) => run.ids.some((each) => context.environments.get(each))), { ids, begunAt }];
    const over = runs.filter((run, at) => Math.abs(begunAt - run.begunAt) > runMilliseconds || at < runs.length - mostRuns);
    for (const old of over.slice(0, -keptRuns))
      for (const each of old.ids) if (context.environments.get(each)) await context.environments.remove(each);
    return environment;
  };

  const schema = {
    summary: 'The lab’s environment, created on first use; or a separate one for a single run, with what its scene needs',
    body,
    answers: shows(shown),
  };
  app.post('/lab', { schema }, async (request, reply) => {
    const { own: alone, scene, pkceMethod } = request.body;
    const providers: Providers | undefined =
      scene === 'mix-up' ? { honest: context.random.uuid(), mallory: context.random.uuid() } : undefined;
    const isOwn = alone || scene !== undefined;
    const environment = await (isOwn ? own(request, { scene, pkceMethod, providers }) : shared(request));
    const { redirectUri } = addresses(request);
    const baseUrl = context.baseUrl(request, environment);
    const partyAt = (environmentId: string) => {
      const partner = context.environments.get(environmentId);
      const base = partner ? context.baseUrl(request, partner) : '';
      return { environmentId, issuer: `${base}/as`, baseUrl: base };
    };
    return sendJson(reply, {
      environmentId: environment.id,
      issuer: `${baseUrl}/as`,
      baseUrl,
      redirectUri,
      codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
      users: people.map(({ username, password }) => ({ username, password })),
      applications,
      ...(providers && {
        shop: {
          clientId: shopClient.id,
          callback: `${baseUrl}/rp/callback/openid_connect`,
          providers: { honest: partyAt(providers.honest), mallory: partyAt(providers.mallory) },
        },
      }),
      ...(scene !== undefined && scene !== 'mix-up' && { passkey: { origin: rightOrigin } }),
    });
  });

  const short = { type: 'string', maxLength: 256 } as const;
  const sign = {
    schema: {
      summary: 'Sign with the software passkey of a run of the lab, for a page of any origin: what no browser would do',
      body: object({ environmentId: string, origin: short, challenge: short }),
      answers: shows(object({ clientData: object({ type: string, challenge: string, origin: string }), assertion: string })),
    },
  };
  app.post('/lab/passkey', sign, async (request, reply) => {
    const { environmentId, origin, challenge } = request.body;
    const isRun = runs.some(({ ids }) => ids[0] === environmentId);
    const signed = isRun ? await signFor(context.environments.get(environmentId), origin, challenge) : undefined;
    if (!signed)
      throw new ControlError(
        404,
        'passkey_unknown',
        'this environment is not a run of the lab that has a passkey',
        'POST /__mock/v1/lab with the scene passkey begins one',
      );
    return sendJson(reply, signed);
  });
};

/** What an authenticator in software answers, if the environment has a passkey that the mock itself made. */
async function signFor(environment: Environment | undefined, origin: string, challenge: string) {
  const devices = (await environment?.store.devices.list()) ?? [];
  const device = devices.find(({ type }) => type === 'FIDO2');
  const { passkey } = (device && (await environment?.store.deviceSecrets.get(device.id))) ?? {};
  if (!device?.rp || passkey?.privateKey === undefined) return undefined;
  const ceremony = { relyingPartyId: device.rp.id, origin, challenge, counter: passkey.counter + 1 };
  return {
    clientData: { type: 'webauthn.get', challenge, origin },
    assertion: assert(passkey.privateKey, passkey.id, ceremony),
  };
}
