import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../../environment/context.js';
import type { Party } from '../../environment/journal/activities.js';
import { clientParty, sourceOf, userParty } from '../../environment/record-activity.js';
import { isObject, membersOf, parseJson, textMember } from '../../lib/unknown.js';
import { actionOf } from '../../pingone/media-types.js';
import type { Actor } from '../access/actor.js';
import { groupsOf } from '../directory/groups.js';
import { mediaTypeOf } from '../http/bodies.js';
import { describeChange, type Kind, kindOf } from './kinds.js';

/** What is known about a resource: its members as stored, or as an answer shows them. */
type Known = Readonly<Record<string, unknown>> | undefined;

declare module 'fastify' {
  interface FastifyRequest {
    /** What a request changes, as it was before the change. */
    before: Known;
    /** The answer as the endpoint gave it, if that was an object. */
    answered: Known;
    /** Whether a request changes a user who was an administrator before. */
    changesAdministrator: boolean;
  }
}

const routeOf = ({ exchange }: FastifyRequest): string => exchange.route ?? '';

/** Most requests only read, and pass without waiting. */
const concerns = (request: FastifyRequest): boolean =>
  (!['GET', 'HEAD', 'OPTIONS'].includes(request.method) || routeOf(request).endsWith('/secret')) &&
  !request.exchange.isOwn &&
  !request.is404 &&
  // Absent where the access token was refused.
  Boolean(request.actor);

/** The id of what a request is about: the user's of /users/{id}/password, and of /users/{id}/agreementConsents/{id}. */
const idOf = (request: FastifyRequest): string | undefined => {
  const name = kindOf(routeOf(request))?.idName;
  return name === undefined ? undefined : textMember(request.params, name)?.toLowerCase();
};

async function lookUp({ store }: Environment, { named }: Kind, id: string | undefined): Promise<Known> {
  const found: unknown = named === undefined || id === undefined ? undefined : await store[named].get(id);
  return isObject(found) ? found : undefined;
}

/** The user that a path is about, or is below. */
const userIdOf = (request: FastifyRequest): string | undefined =>
  routeOf(request).startsWith('/v1/environments/:environmentId/users/:') ? textMember(request.params, 'userId')?.toLowerCase() : undefined;

/** Whether a user other than the actor has roles, directly or through a group. */
async function isAdministrator(environment: Environment, { actor }: FastifyRequest, userId: string | undefined): Promise<boolean> {
  const { users, roleAssignments } = environment.store;
  if (userId === undefined || userId === actor.userId || !(await users.get(userId))) return false;
  const groups = await groupsOf(environment, userId);
  const found = await Promise.all([userId, ...groups.map(({ id }) => id)].map((id) => roleAssignments.find('holder.id', id)));
  return found.some((assignments) => assignments.length > 0);
}

/** The members of the answer; an endpoint may have sent it as text. */
function answerOf({ answered }: FastifyRequest, payload: unknown): Known {
  if (answered) return answered;
  const answer = typeof payload === 'string' && payload.startsWith('{') ? parseJson(payload) : undefined;
  return isObject(answer) ? answer : undefined;
}

/** Who made the request: the application, and the person behind it. */
async function actorsOf({ environments }: Context, { environmentId, applicationId, userId }: Actor) {
  const home = environments.get(environmentId);
  const application = await home?.store.applications.get(applicationId);
  const user = userId === undefined ? undefined : await home?.store.users.get(userId);
  const place = { id: environmentId };
  return {
    client: clientParty(place, application ?? { id: applicationId, name: applicationId }),
    user: user && userParty(place, user),
  };
}

/** The address of an item below its environment, which the path of a request to the item, a part of it or its collection tells. */
function pathOf(request: FastifyRequest, id: string, creates: boolean): string {
  const [, , , , ...parts] = request.url.split('?', 1)[0]?.split('/') ?? [];
  const path = parts.filter((part) => part !== '').join('/');
  if (creates) return `${path}/${id}`;
  const at = path.toLowerCase().indexOf(id);
  return at < 0 ? path : path.slice(0, at + id.length);
}

/** A part of a user or an application that an event names by its owner. */
const isPart = ({ noun }: Kind): boolean => noun === 'PASSWORD' || noun === 'SECRET';

interface Changed {
  readonly kind: Kind;
  readonly answer: Known;
  readonly creates: boolean;
}

const nameIn = (known: Known): string | undefined => textMember(known, 'username') ?? textMember(known, 'name');

/** The subject of a request as an event names it: from the answer, or else from what existed before. */
function resourceOf(request: FastifyRequest, environment: Environment, { kind, answer, creates }: Changed): Party {
  const { id: environmentId, record } = environment;
  const isEnvironment = kind.noun === 'ENVIRONMENT';
  const id = (creates ? textMember(answer, 'id') : undefined) ?? idOf(request) ?? environmentId;
  const path = pathOf(request, id, creates);
  const population = membersOf(answer?.population ?? request.before?.population);
  return {
    type: kind.type,
    id,
    name: nameIn(answer) ?? nameIn(request.before) ?? (isEnvironment ? record.name : id),
    environmentId,
    populationId: kind.type === 'USER' ? textMember(population, 'id') : undefined,
    path: isEnvironment ? '' : path,
  };
}

/**
 * Records an audit event for each change that the management API makes, for secrets that are read, and for passwords that
 * are checked (docs/fidelity.md, management 7.15). Requests that set up a test leave none.
 */
export function recordActivities(app: App, context: Context): void {
  app.decorateRequest('before', undefined);
  app.decorateRequest('answered', undefined);
  app.decorateRequest('changesAdministrator', false);

  const environmentOf = (request: FastifyRequest, answer?: Known): Environment | undefined =>
    context.environments.get((textMember(request.params, 'environmentId') ?? textMember(answer, 'id') ?? '').toLowerCase());

  app.addHook('preHandler', (request, _reply, done) => {
    // What is created was not there before.
    if (!concerns(request) || idOf(request) === undefined) return done();
    return void keepBefore(request).then(() => done(), done);
  });
  async function keepBefore(request: FastifyRequest): Promise<void> {
    const environment = environmentOf(request);
    const kind = kindOf(routeOf(request))?.kind;
    if (!environment || !kind) return;
    request.before = await lookUp(environment, kind, idOf(request));
    request.changesAdministrator = await isAdministrator(environment, request, userIdOf(request));
  }

  app.addHook('preSerialization', (request, _reply, payload, done) => {
    if (isObject(payload)) request.answered = payload;
    done(null, payload);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!concerns(request)) return done(null, payload);
    return void record(request, reply, payload).then(() => done(null, payload), done);
  });
  async function record(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const { method, exchange } = request;
    const action = actionOf(mediaTypeOf(request));
    const change = describeChange({ method, route: routeOf(request), action, status: reply.statusCode });
    if (!change) return;
    const { kind, type, words, byId } = change;
    const answer = isPart(kind) ? undefined : answerOf(request, payload);
    const environment = environmentOf(request, answer);
    if (!environment) return;
    const resource = resourceOf(request, environment, { kind, answer, creates: type.endsWith('.CREATED') });
    const userId = userIdOf(request);
    const toAdministrator = request.changesAdministrator || (userId !== undefined && (await isAdministrator(environment, request, userId)));
    environment.activities.add({
      ...(await actorsOf(context, request.actor)),
      type,
      resource,
      description: `${words} ${byId ? resource.id : resource.name}`,
      correlationId: exchange.id,
      source: sourceOf(exchange),
      ...(toAdministrator && { tags: ['adminIdentityEvent'] }),
    });
  }
}
