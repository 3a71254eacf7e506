import { withUsualMembers } from '../configuration/applications/usual.js';
import { applySeed, readSeed, SeedError } from '../configuration/seed/index.js';
import { environmentSchema } from '../configuration/seed/schema.js';
import type { SeedEnvironment } from '../configuration/seed/types.js';
import type { App, Context, Environment } from '../environment/context.js';
import { EnvironmentClash } from '../environment/environment-clash.js';
import { sendJson } from '../http/answers.js';
import { derivedId } from '../lib/derived-id.js';
import type { Schema } from '../lib/schema/compile.js';
import { array, object, string } from '../lib/schema/types.js';
import { isObject, type Members } from '../lib/unknown.js';
import { creates, environmentContentsSchema, environmentSummarySchema, shows } from './answer-schemas.js';
import { ControlError, valueRefused } from './control-error.js';
import { environmentContents, environmentSummary } from './environment-summary.js';
import { leaseEnded } from './leases.js';
import { environmentOfPath, environmentPath } from './paths.js';

/** A user without a username gets the one that the library's `users.create()` would choose. */
const withUsername = (user: Members, number: number): Members =>
  user.username === undefined ? { email: `user-${number}@example.com`, ...user, username: `user-${number}` } : user;

/** Fills in what applications and users leave out. */
function withDefaults(body: Members): Members {
  const name = body.apps === undefined ? 'applications' : 'apps';
  const { [name]: applications, users } = body;
  const each = (items: unknown[], complete: (item: Members, number: number) => object) =>
    items.map((item, at) => (isObject(item) ? complete(item, at + 1) : item));
  return {
    ...body,
    ...(Array.isArray(applications) && { [name]: each(applications, (item, number) => withUsualMembers(item, `App ${number}`)) }),
    ...(Array.isArray(users) && { users: each(users, withUsername) }),
  };
}

/** How many RSA keys one request may ask for, and how many of them may be long: those take seconds to minutes each. */
const mostKeys = 100;
const mostLongKeys = 8;

/** Refuses an environment whose keys would take too long to make. */
function requireFewKeys({ keys = [], keyRotationPolicies = [] }: SeedEnvironment): void {
  const lengths = [...keys, ...keyRotationPolicies].filter(({ algorithm }) => algorithm === 'RSA').map(({ keyLength }) => keyLength);
  const long = lengths.filter((length) => length > 2048);
  if (lengths.length <= mostKeys && long.length <= mostLongKeys) return;
  throw valueRefused(
    `keys and keyRotationPolicies: at most ${mostKeys} with RSA keys, and at most ${mostLongKeys} of them longer than 2048 bits, which take long to make`,
    'ask for fewer keys, or for RSA keys of 2048 bits',
  );
}

/** The message of a seed error without the path of the environment in the seed, which the caller did not write. */
const toControlError = (error: SeedError): ControlError =>
  new ControlError(400, 'environment_refused', error.message.replace(/^the body: (environments\[0\]\.?)?:? ?/, ''));

const { applications, users, ...members } = environmentSchema.properties ?? {};
const lenientUsers: Schema = { ...users, items: { ...users?.items, required: [] } };
const lenientApplications: Schema = { ...applications, items: { ...applications?.items, required: [] } };
/** The body for the OpenAPI description. `apps` is short for `applications`. */
const described: Schema = {
  type: 'object',
  properties: { ...members, users: lenientUsers, applications: lenientApplications, apps: lenientApplications },
};

/** Has an environment removed when a lease of another one ends. */
async function attachTo(lease: string, { id }: Environment, { environments, log }: Context): Promise<void> {
  const remove = () => environments.remove(id);
  const onEnd = () => void remove().catch((error: unknown) => log.error({ error }, 'an environment of a lease that ended was not removed'));
  if (environments.list().some(({ leases }) => leases.attach(lease, onEnd))) return;
  await remove();
  throw leaseEnded(lease);
}

/** Creates, lists and removes isolated environments, each with its own issuer, keys, data, clock, faults and journal. */
export const testEnvironments = (app: App, context: Context): void => {
  const list = { schema: { summary: 'List the environments', answers: shows(object({ environments: array(environmentSummarySchema) })) } };
  app.get('/environments', list, (request, reply) =>
    sendJson(reply, { environments: context.environments.list().map((environment) => environmentSummary(context, request, environment)) }),
  );

  // The seed reader validates this body: it is an environment as a seed has it.
  const create = {
    schema: {
      summary:
        'Create an isolated environment. The body is an environment as a seed has it; every member is optional. With `lease`, it goes when that lease of another environment ends',
      querystring: object({}, { lease: string }),
      answers: creates(environmentContentsSchema),
    },
    config: { bodies: { 'application/json': described } },
  };
  app.post('/environments', create, async (request, reply) => {
    const body = request.body ?? {};
    if (!isObject(body)) throw valueRefused('the body: expected an object');
    const id = typeof body.id === 'string' ? body.id.toLowerCase() : context.random.uuid();
    if (context.environments.get(id)) throw new EnvironmentClash(id, 'exists');
    try {
      // An organization of its own, so that a role in it reaches no other environment.
      const organization = { id: derivedId('organization', id) };
      const seed = readSeed({ environments: [{ name: 'Test', organization, ...withDefaults(body), id: body.id ?? id }] }, 'the body');
      for (const environment of seed.environments) requireFewKeys(environment);
      const [environment] = await applySeed(context, seed);
      const { lease } = request.query;
      if (environment && lease !== undefined) await attachTo(lease, environment, context);
      if (environment) return sendJson(reply.code(201), await environmentContents(context, request, environment));
    } catch (error) {
      throw error instanceof SeedError ? toControlError(error) : error;
    }
    throw new ControlError(500, 'fault_of_the_mock', 'the environment was not created', 'please report it');
  });

  app.get(environmentPath, { schema: { summary: 'One environment', answers: shows(environmentContentsSchema) } }, async (request, reply) =>
    sendJson(reply, await environmentContents(context, request, environmentOfPath(context, request))),
  );

  app.delete(environmentPath, { schema: { summary: 'Remove an environment and everything in it' } }, async (request, reply) => {
    await context.environments.remove(environmentOfPath(context, request).id);
    return reply.code(204).send();
  });
};
