import type { Environment } from './context.js';
import type { Authentication, Session, SessionEnd, SessionRecord, Visit } from './model/lifetimes.js';
import type { User } from './model/user.js';
import { keepRecord, recordSignOn } from './session-records.js';

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

/** Ends the sessions whose records had to go, because PingOne keeps only so many of a user. */
export async function endDropped(environment: Environment, dropped: readonly string[]): Promise<void> {
  await Promise.all(dropped.map((id) => endSession(environment, id, 'limit')));
}

/** Notes that a session is in use. That never lengthens it (docs/fidelity.md, 3.9). */
export async function touchSession({ store, clock }: Environment, sessionId: string): Promise<void> {
  const activeAt = clock.now();
  const [session, record] = await Promise.all([store.sessions.get(sessionId), store.sessionRecords.get(sessionId)]);
  await Promise.all([
    session && store.sessions.put({ ...session, activeAt }, session.expiresAt),
    session && record && keepRecord(store, { ...record, activeAt }),
  ]);
}

/** The id of a session's trace; refresh tokens' traces are in the same collection. */
export const sessionTraceId = (sessionId: string): string => `session:${sessionId}`;

/** Ends a session and its refresh tokens. Traces keep the reason, for the diagnosis of later requests. */
export async function endSession({ store }: Environment, sessionId: string, ended: SessionEnd): Promise<Session | undefined> {
  const [session, tokens] = await Promise.all([
    store.sessions.take(sessionId),
    store.refreshTokens.takeAll('sessionId', sessionId),
    store.sessionRecords.take(sessionId),
  ]);
  const nameless = { familyId: '', clientId: '', transactionId: '' };
  await Promise.all([
    ...tokens.map(({ id, familyId, clientId, transactionId, expiresAt }) =>
      store.traces.put({ id, familyId, clientId, transactionId, ended }, expiresAt),
    ),
    session && store.traces.put({ id: sessionTraceId(sessionId), ...nameless, ended }, session.expiresAt),
  ]);
  return session;
}

/** How a user signed on. */
interface SignOn extends Pick<Authentication, 'acr' | 'amr'> {
  /** The sign-on policy that it went through. */
  readonly policyId?: string | undefined;
  /** The request that completed it. */
  readonly visit?: Visit | undefined;
  /** Stores what belongs to the session, together with it. */
  readonly alongside?: ((session: Session) => Promise<unknown>) | undefined;
}

/** A session that has begun. */
export interface Begun {
  readonly session: Session;
  /** Settles once the sessions have ended for which the user has too many. The answer waits for it. */
  readonly limited: Promise<void>;
}

/**
 * Starts a session after a sign-on. The same user's earlier session in the browser continues, with a new sign-on time;
 * another user's is ended (docs/fidelity.md, 3.4).
 */
export async function beginSession(
  environment: Environment,
  user: User,
  earlier: Session | undefined,
  { acr, amr, policyId, visit, alongside }: SignOn,
): Promise<Begun> {
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
  const at = new Date(now).toISOString();
  const [dropped] = await Promise.all([
    recordSignOn(environment, session, { policyId, visit, isFirst: !own }),
    store.sessions.put(session, session.expiresAt),
    store.users.put({ ...user, lastSignOn: { at }, updatedAt: at }),
    alongside?.(session),
  ]);
  const limited = endDropped(environment, dropped);
  // Reported where it is awaited.
  limited.catch(() => {});
  return { session, limited };
}

/** The same, once everything is done that it leads to. */
export async function startSession(...given: Parameters<typeof beginSession>): Promise<Session> {
  const { session, limited } = await beginSession(...given);
  await limited;
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
