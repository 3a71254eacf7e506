import type { Environment } from '../../environment/context.js';
import type { AuthenticatorUse, SessionEnd, SessionRecord } from '../../environment/model/lifetimes.js';
import { addLocation, keepRecord } from '../../environment/session-records.js';
import { endDropped, endSession, sessionSeconds } from '../../environment/sessions.js';
import { isWithinTime, parseMoment } from '../../lib/moment.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { emptyValue, invalidValue, notFound, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { type AuthenticatorUseBody, checkAuthenticatorUse, type SessionBody } from './schema.js';

/** Sessions that a service keeps for its users (docs/fidelity.md, management 6.3), and those of sign-ons. */

/** The characters that the value of a cookie may have (RFC 6265 §4.1.1): the token is the value of ST. */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/** About nineteen years. */
const longestIdleMinutes = 9_999_999;

const isLive = ({ clock }: Environment, { expiresAt }: SessionRecord): boolean => expiresAt > clock.now();

/** Finds a session that has not expired by its id, or throws a 404. */
export async function sessionById(environment: Environment, id: string): Promise<SessionRecord> {
  const record = await environment.store.sessionRecords.get(id);
  if (!record || !isLive(environment, record)) throw notFound();
  return record;
}

/**
 * Ends a session for one request: of several at once, the others find none.
 * @throws {PingOneError} 404 if it has just ended
 */
export async function endOnce(environment: Environment, { id }: SessionRecord, ended: SessionEnd): Promise<void> {
  if (!(await environment.store.sessionRecords.take(id))) throw notFound({ reason: 'the session has just ended' });
  await endSession(environment, id, ended);
}

/** Finds the session that a cookie names, unless it has expired, or throws a 404. */
export async function sessionByToken(environment: Environment, token: string | undefined): Promise<SessionRecord> {
  if (token === undefined) throw notFound({ reason: 'the request has no ST cookie' });
  const [record] = await environment.store.sessionRecords.find('token', token);
  if (!record || !isLive(environment, record)) throw notFound({ reason: 'the ST cookie belongs to no session' });
  return record;
}

function momentOf(text: string, target: string): number {
  const at = parseMoment(text);
  if (at === undefined || !isWithinTime(at)) throw invalidValue(target, texts.wrongType.text);
  return at;
}

function minutesOf(given: string | number | undefined): number | undefined {
  if (given === undefined) return undefined;
  const minutes = typeof given === 'number' ? given : /^\d{1,7}$/.test(given) ? Number(given) : Number.NaN;
  if (!(minutes >= 1 && minutes <= longestIdleMinutes)) throw invalidValue('idleTimeoutInMinutes', texts.outOfRange.text);
  return minutes;
}

/** When and how the user signed on; what the body says of authenticators that it does not list is dropped. */
function lastSignOnOf({ lastSignOn = {} }: SessionBody, activeAt: number): NonNullable<SessionRecord['lastSignOn']> {
  const { authenticators = [], remoteIp, withAuthenticator = {} } = lastSignOn;
  if (authenticators.length === 0) throw emptyValue('lastSignOn.authenticators');
  const given = new Map<string, unknown>(Object.entries(withAuthenticator));
  const uses = authenticators.flatMap((name): [string, AuthenticatorUse][] => {
    if (!given.has(name)) return [];
    const { value, problems } = checkAuthenticatorUse(given.get(name));
    const above = ['lastSignOn', 'withAuthenticator', name];
    if (problems.length > 0) throw refuseBody(problems.map((problem) => ({ ...problem, path: [...above, ...problem.path] })));
    const { at, policy } = value as AuthenticatorUseBody;
    return [[name, { at: momentOf(at, `${above.join('.')}.at`), policy }]];
  });
  const at = uses.reduce((latest, [, use]) => Math.max(latest, use.at), 0);
  return { at: at || activeAt, remoteIp, authenticators, withAuthenticator: Object.fromEntries(uses) };
}

/** The user whom a session is to belong to; a session that has a user keeps that user. */
async function userIdOf({ store }: Environment, { user }: SessionBody, existing?: SessionRecord): Promise<string | undefined> {
  const userId = user?.id.toLowerCase() ?? existing?.userId;
  if (userId === undefined) return undefined;
  if (existing?.userId !== undefined && existing.userId !== userId) throw invalidValue('user.id', texts.immutable.text);
  if (!(await store.users.get(userId))) throw unknownReference('user.id');
  return userId;
}

/** Stores a session, and signs the browser with its cookie on where it has a user. */
async function store(environment: Environment, record: SessionRecord): Promise<void> {
  const { store, random } = environment;
  const { id, token, userId, createdAt, activeAt, expiresAt, lastSignOn } = record;
  if (userId !== undefined && lastSignOn) {
    const { at, authenticators } = lastSignOn;
    const session = {
      id,
      sessionId: id,
      // A value that is never handed out: without a token, no browser has this session.
      token: token ?? random.uuid(),
      userId,
      createdAt,
      activeAt,
      authenticatedAt: at,
      expiresAt,
      // A token names the policy of the sign-on that finds the session.
      acr: 'Single_Factor',
      amr: authenticators,
    };
    await store.sessions.put(session, expiresAt);
  }
  await endDropped(environment, await keepRecord(store, record));
}

async function recordOf(environment: Environment, body: SessionBody, existing?: SessionRecord): Promise<SessionRecord> {
  const { token = existing?.token, userAgent } = body;
  if (token !== undefined && !cookieValue.test(token)) throw invalidValue('token', texts.outOfRange.text);
  const activeAt = momentOf(body.activeAt, 'activeAt');
  const idleTimeoutInMinutes = minutesOf(body.idleTimeoutInMinutes) ?? existing?.idleTimeoutInMinutes ?? sessionSeconds / 60;
  const userId = await userIdOf(environment, body, existing);
  const lastSignOn = userId === undefined ? undefined : lastSignOnOf(body, activeAt);
  const [other] = token === undefined ? [] : await environment.store.sessionRecords.find('token', token);
  if (other && other.id !== existing?.id) throw notUnique('token');
  const { remoteIp } = lastSignOn ?? {};
  return {
    id: existing?.id ?? environment.random.uuid(),
    token,
    userId,
    createdAt: existing?.createdAt ?? environment.clock.now(),
    activeAt,
    expiresAt: activeAt + idleTimeoutInMinutes * 60_000,
    idleTimeoutInMinutes,
    userAgent,
    locations: lastSignOn ? addLocation(existing?.locations ?? [], remoteIp, lastSignOn.at) : [],
    ...(lastSignOn && { lastSignOn }),
  };
}

/** Creates a session. Without a user it is anonymous and records no sign-on. */
export async function createSession(environment: Environment, body: SessionBody): Promise<SessionRecord> {
  const record = await recordOf(environment, body);
  await store(environment, record);
  return record;
}

/** Replaces the contents of a session. An anonymous one may get a user. */
export async function replaceSession(environment: Environment, existing: SessionRecord, body: SessionBody): Promise<SessionRecord> {
  const record = await recordOf(environment, body, existing);
  await store(environment, record);
  return record;
}
