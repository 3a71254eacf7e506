import { withUsualMembers } from '../configuration/applications/usual.js';
import { rememberBaseline } from '../configuration/baseline.js';
import { applySeed, readSeed, SeedError } from '../configuration/seed/index.js';
import { environmentSchema } from '../configuration/seed/schema.js';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import type { Schema } from '../lib/schema/compile.js';
import { array, object } from '../lib/schema/types.js';
import { creates, environmentWithContents, environment as shown, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentBody, environmentContents } from './environment-body.js';
import { environmentOfPath } from './paths.js';

type Body = Record<string, unknown>;

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A user whom nobody names is one of those that `users.create()` makes. */
const withUsername = (user: Body, number: number): Body =>
  user.username === undefined ? { email: `user-${number}@example.com`, ...user, username: `user-${number}` } : user;

/** Applications and users may say as little as they need; what they leave out is what such an item usually has. */
function completed(body: Body): Body {
  const name = body.apps === undefined ? 'applications' : 'apps';
  const { [name]: applications, users } = body;
  const each = (items: unknown[], complete: (item: Body, number: number) => object) =>
    items.map((item, at) => (isObject(item) ? complete(item, at + 1) : item));
  return {
    ...body,
    ...(Array.isArray(applications) && { [name]: each(applications, (item, number) => withUsualMembers(item, `App ${number}`)) }),
    ...(Array.isArray(users) && { users: each(users, withUsername) }),
  };
}

/** What a seed says goes for the body as well; its place in the list is no news to whoever sends one. */
const told = (error: SeedError): ControlError =>
  new ControlError(400, 'environment_refused', error.message.replace(/^the body: (environments\[0\]\.?)?:? ?/, ''));

const { applications, users, ...members } = environmentSchema.properties ?? {};
const lenientUsers: Schema = { ...users, items: { ...users?.items, required: [] } };
const lenientApplications: Schema = { ...applications, items: { ...applications?.items, required: [] } };
/** What such a body may hold. `apps` may be written for `applications`. */
const described: Schema = {
  type: 'object',
  properties: { ...members, users: lenientUsers, applications: lenientApplications, apps: lenientApplications },
};

/** Environments of one's own: each with its own issuer, keys, data, clock, faults and journal. */
export const environments = (app: App, context: Context): void => {
  app.get(
    '/environments',
    { schema: { summary: 'The environments', answers: shows(object({ environments: array(shown) })) } },
    (request, reply) =>
      sendJson(reply, { environments: context.environments.list().map((environment) => environmentBody(context, request, environment)) }),
  );

  // The body is an environment of a seed, and judged as one.
  const create = {
    schema: {
      summary: 'Make an isolated environment: an environment as a seed has it, all of it optional',
      answers: creates(environmentWithContents),
    },
    config: { bodies: { 'application/json': described } },
  };
  app.post('/environments', create, async (request, reply) => {
    const body = request.body ?? {};
    if (!isObject(body)) throw new ControlError(400, 'value_refused', 'the body: expected an object');
    const id = typeof body.id === 'string' ? body.id.toLowerCase() : context.random.uuid();
    if (context.environments.get(id))
      throw new ControlError(
        409,
        'environment_exists',
        `there is an environment ${id} already`,
        'leave the id out, or delete that one first',
      );
    try {
      const seed = readSeed({ environments: [{ name: 'Test', ...completed(body), id: body.id ?? id }] }, 'the body');
      await applySeed(context, seed);
    } catch (error) {
      await context.environments.remove(id);
      throw error instanceof SeedError ? told(error) : error;
    }
    const environment = context.environments.get(id);
    if (!environment) throw new ControlError(500, 'fault_of_the_mock', 'the environment was not made', 'please report it');
    await rememberBaseline(environment);
    return sendJson(reply.code(201), await environmentContents(context, request, environment));
  });

  app.get(
    '/environments/:environmentId',
    { schema: { summary: 'One environment', answers: shows(environmentWithContents) } },
    async (request, reply) => sendJson(reply, await environmentContents(context, request, environmentOfPath(context, request))),
  );

  app.delete(
    '/environments/:environmentId',
    { schema: { summary: 'Remove an environment with all that is in it' } },
    async (request, reply) => {
      await context.environments.remove(environmentOfPath(context, request).id);
      return reply.code(204).send();
    },
  );
};
