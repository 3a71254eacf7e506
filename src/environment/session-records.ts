import type { Environment } from './context.js';
import type { Exchange } from './journal/exchange.js';
import type { AuthenticatorUse, Session, SessionRecord, Visit } from './model/lifetimes.js';
import type { Store } from './store/types.js';

/** The most sessions that PingOne keeps of a user, expired ones included; a new one drops the oldest (docs/fidelity.md, 3.9). */
export const sessionsPerUser = 10;

/** How long a session is still listed after its end: PingOne names no limit besides the number of sessions. */
const listedMilliseconds = 30 * 86_400_000;

const locationsKept = 5;

/** Longer than any browser's. */
const longestUserAgent = 1024;

/** The request that a sign-on was completed by, as far as its session shows it. */
export function visitOf(exchange: Pick<Exchange, 'headers' | 'remoteIp'> | undefined): Visit {
  const userAgent = exchange?.headers['user-agent'];
  return {
    // An IPv4 address as a socket that serves both versions writes it.
    remoteIp: exchange?.remoteIp?.replace(/^::ffff:(?=\d)/, ''),
    userAgent: typeof userAgent === 'string' ? userAgent.slice(0, longestUserAgent) : undefined,
  };
}

/** Keeps a record for as long as it is listed. Returns the ids of the user's oldest ones, where there are more than PingOne keeps: they are gone. */
export const keepRecord = ({ sessionRecords }: Pick<Store, 'sessionRecords'>, record: SessionRecord): Promise<string[]> =>
  sessionRecords.putWithin(record, record.expiresAt + listedMilliseconds, { index: 'userId', most: sessionsPerUser });

/** The locations of a session after a sign-on from this address: the last five (docs/fidelity.md, management 6.3). */
export const addLocation = (earlier: SessionRecord['locations'], remoteIp: string | undefined, at: number): SessionRecord['locations'] =>
  remoteIp === undefined ? earlier : [{ at, remoteIp }, ...earlier].slice(0, locationsKept);

interface RecordedSignOn {
  readonly policyId?: string | undefined;
  readonly visit?: Visit | undefined;
  /** The session begins with this sign-on. */
  readonly isFirst: boolean;
}

/** Records a sign-on in its session, which goes on where the same user signed on before. Returns what `keepRecord` returns. */
export async function recordSignOn(
  { store }: Environment,
  session: Session,
  { policyId, visit = {}, isFirst }: RecordedSignOn,
): Promise<string[]> {
  const { id, token, userId, createdAt, activeAt, expiresAt, authenticatedAt, amr } = session;
  const earlier = isFirst ? undefined : await store.sessionRecords.get(id);
  const { remoteIp, userAgent } = visit;
  const withAuthenticator: Record<string, AuthenticatorUse> = { ...earlier?.lastSignOn?.withAuthenticator };
  const use: AuthenticatorUse = { at: authenticatedAt, ...(policyId !== undefined && { policy: { id: policyId, type: 'PINGONE' } }) };
  for (const name of amr) withAuthenticator[name] = use;
  return keepRecord(store, {
    id,
    token,
    userId,
    createdAt,
    activeAt,
    expiresAt,
    idleTimeoutInMinutes: Math.round((expiresAt - activeAt) / 60_000),
    userAgent: userAgent ?? earlier?.userAgent,
    locations: addLocation(earlier?.locations ?? [], remoteIp, authenticatedAt),
    lastSignOn: {
      at: authenticatedAt,
      remoteIp: remoteIp ?? earlier?.lastSignOn?.remoteIp,
      authenticators: amr,
      withAuthenticator,
    },
  });
}
