import type { Environment } from './context.js';
import type { Authentication, Session, SessionEnd } from './model/lifetimes.js';
import type { User } from './model/user.js';

/** How long a session and its cookie last after a sign-on: 30 days (docs/fidelity.md, 3.9). */
export const sessionSeconds = 2_592_000;

/** The most sessions of a user; a new one ends the oldest. */
const sessionsPerUser = 10;

/** Finds the session of a browser by the value of its cookie. */
export async function findSession({ store }: Environment, token: string | undefined): Promise<Session | undefined> {
  return token === undefined ? undefined : (await store.sessions.find('token', token))[0];
}

/** The sessions of a user, most recently used first. */
export async function listSessions({ store }: Environment, userId: string): Promise<Session[]> {
  return (await store.sessions.find('userId', userId)).sort((a, b) => b.activeAt - a.activeAt);
}

/** The id of a session's trace; codes' and refresh tokens' traces are in the same collection. */
export const sessionTraceId = (sessionId: string): string => `session:${sessionId}`;

/** Ends a session and its refresh tokens. Traces keep the reason, for the diagnosis of later requests. */
export async function endSession({ store }: Environment, sessionId: string, ended: SessionEnd): Promise<Session | undefined> {
  const session = await store.sessions.take(sessionId);
  for (const { id, familyId, clientId, transactionId, expiresAt } of await store.refreshTokens.find('sessionId', sessionId)) {
    await store.refreshTokens.take(id);
    await store.traces.put({ id, familyId, clientId, transactionId, ended }, expiresAt);
  }
  if (session)
    await store.traces.put({ id: sessionTraceId(sessionId), familyId: '', clientId: '', transactionId: '', ended }, session.expiresAt);
  return session;
}

/**
 * Starts a session after a sign-on. The same user's earlier session in the browser continues, with a new sign-on time;
 * another user's is ended (docs/fidelity.md, 3.4).
 */
export async function startSession(
  environment: Environment,
  user: User,
  earlier: Session | undefined,
  { acr, amr }: Pick<Authentication, 'acr' | 'amr'>,
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
  const sessions = await store.sessions.find('userId', user.id);
  if (sessions.length > sessionsPerUser) {
    const oldest = sessions.reduce((a, b) => (b.createdAt < a.createdAt ? b : a));
    await endSession(environment, oldest.id, 'limit');
  }
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

/** Finds a user, unless disabled, locked or deleted. */
export async function findActiveUser({ store }: Environment, userId: string): Promise<User | undefined> {
  const user = await store.users.get(userId);
  return user?.enabled && user.account.canAuthenticate && user.account.status === 'OK' ? user : undefined;
}
