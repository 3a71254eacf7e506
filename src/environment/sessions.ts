import type { Environment } from './context.js';
import type { Authentication, Session, SessionEnd, SessionRecord, Visit } from './model/lifetimes.js';
import type { User } from './model/user.js';
import { keepRecord, recordSignOn, sessionsPerUser } from './session-records.js';

/** How long a session and its cookie last after a sign-on: 30 days (docs/fidelity.md, 3.9). */
export const sessionSeconds = 2_592_000;

/** Finds the session of a browser by the value of its cookie. */
export async function findSession({ store }: Environment, token: string | undefined): Promise<Session | undefined> {
  return token === undefined ? undefined : (await store.sessions.find('token', token))[0];
}

/** The sessions of a user, the newest first: also those that have expired (docs/fidelity.md, management 6.3). */
export async function listSessions({ store }: Environment, userId: string): Promise<SessionRecord[]> {
  // If two began at the same moment, the later one comes first.
  return (await store.sessionRecords.find('userId', userId)).reverse().sort((a, b) => b.createdAt - a.createdAt);
}

/** Ends a user's oldest sessions where there are more than PingOne keeps, expired ones included. */
export async function dropOldestSessions(environment: Environment, userId: string): Promise<void> {
  for (const { id } of (await listSessions(environment, userId)).slice(sessionsPerUser)) await endSession(environment, id, 'limit');
}

/** Notes that a session is in use. That never lengthens it (docs/fidelity.md, 3.9). */
export async function touchSession({ store, clock }: Environment, sessionId: string): Promise<void> {
  const activeAt = clock.now();
  const [session, record] = await Promise.all([store.sessions.get(sessionId), store.sessionRecords.get(sessionId)]);
  if (session) await store.sessions.put({ ...session, activeAt }, session.expiresAt);
  if (session && record) await keepRecord(store, { ...record, activeAt });
}

/** The id of a session's trace; refresh tokens' traces are in the same collection. */
export const sessionTraceId = (sessionId: string): string => `session:${sessionId}`;

/** Ends a session and its refresh tokens. Traces keep the reason, for the diagnosis of later requests. */
export async function endSession({ store }: Environment, sessionId: string, ended: SessionEnd): Promise<Session | undefined> {
  const session = await store.sessions.take(sessionId);
  await store.sessionRecords.take(sessionId);
  for (const { id, familyId, clientId, transactionId, expiresAt } of await store.refreshTokens.find('sessionId', sessionId)) {
    await store.refreshTokens.take(id);
    await store.traces.put({ id, familyId, clientId, transactionId, ended }, expiresAt);
  }
  if (session)
    await store.traces.put({ id: sessionTraceId(sessionId), familyId: '', clientId: '', transactionId: '', ended }, session.expiresAt);
  return session;
}

/** How a user signed on. */
interface SignOn extends Pick<Authentication, 'acr' | 'amr'> {
  /** The sign-on policy that it went through. */
  readonly policyId?: string | undefined;
  /** The request that completed it. */
  readonly visit?: Visit | undefined;
}

/**
 * Starts a session after a sign-on. The same user's earlier session in the browser continues, with a new sign-on time;
 * another user's is ended (docs/fidelity.md, 3.4).
 */
export async function startSession(
  environment: Environment,
  user: User,
  earlier: Session | undefined,
  { acr, amr, policyId, visit }: SignOn,
): Promise<Session> {
  const { clock, random, store } = environment;
  const now = clock.now();
  if (earlier && earlier.userId !== user.id) await endSession(environment, earlier.id, 'other_user');
  const own = earlier?.userId === user.id ? earlier : undefined;
  const id = own?.id ?? random.uuid();
  const session: Session = {
    id,
    sessionId: id,
    // A new value at every sign-on, against session fixation.
    token: random.uuid(),
    userId: user.id,
    createdAt: own?.createdAt ?? now,
    activeAt: now,
    authenticatedAt: now,
    expiresAt: now + sessionSeconds * 1000,
    acr,
    amr,
  };
  await store.sessions.put(session, session.expiresAt);
  await recordSignOn(environment, session, { policyId, visit });
  await dropOldestSessions(environment, user.id);
  const at = new Date(now).toISOString();
  await store.users.put({ ...user, lastSignOn: { at }, updatedAt: at });
  return session;
}

/** What a session's tokens say about the sign-on. */
export const authenticationOf = ({ userId, sessionId, authenticatedAt, acr, amr }: Session): Authentication => ({
  userId,
  sessionId,
  authenticatedAt,
  acr,
  amr,
});

/** Whether a user may sign on: neither disabled nor locked. */
export const isActive = ({ enabled, account }: User): boolean => enabled && account.canAuthenticate && account.status === 'OK';

/** Finds a user, unless disabled, locked or deleted. */
export async function findActiveUser({ store }: Environment, userId: string): Promise<User | undefined> {
  const user = await store.users.get(userId);
  return user && isActive(user) ? user : undefined;
}
