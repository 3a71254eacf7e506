import { isRevocable, verifyAccessToken } from '../environment/access-token.js';
import type { Environment } from '../environment/context.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { type Application, toClient } from '../environment/model/application.js';
import { transactionOf } from '../signon/flows.js';
import { revokeFamily } from './tokens/refresh-tokens.js';

/** What came of a revocation, for the transaction: the client always hears the same. */
interface Revoked {
  readonly transaction: Transaction | undefined;
  readonly title: string;
  readonly ok: true | null;
}

const without = (title: string, transaction?: Transaction): Revoked => ({ transaction, title: `Nothing revoked: ${title}`, ok: null });

async function revoke(environment: Environment, application: Application, token: string): Promise<Revoked> {
  const { store } = environment;
  const kept = await store.refreshTokens.get(token);
  const trace = kept ? undefined : await store.traces.get(token);
  const refresh = kept ?? (trace?.rotated && trace);
  if (refresh) {
    const transaction = transactionOf(environment, refresh);
    if (refresh.clientId !== application.id) return without('the refresh token was issued to another client', transaction);
    // The whole family: nothing of what began with one sign-on outlives its refresh token.
    await revokeFamily(environment, refresh.familyId);
    return { transaction, title: 'Refresh token revoked, with its family', ok: true };
  }
  const { claims } = await verifyAccessToken(environment, token);
  if (!claims) return without('the token is unknown, expired or revoked already');
  if (claims.client_id !== application.id) return without('the access token was issued to another client');
  if (!isRevocable(claims)) return without('tokens for PingOne’s API, and tokens without a session, cannot be revoked');
  await store.revocations.put({ id: String(claims.jti) }, claims.exp * 1000);
  return { transaction: undefined, title: 'Access token revoked', ok: true };
}

/**
 * Ends a token of this client's (RFC 7009 §2.1). What cannot be revoked, or is not this client's, stays as it is, and
 * the client is not told: PingOne's answer to that is not known (docs/fidelity.md, 7.3: inferred).
 */
export async function revokeToken(
  environment: Environment,
  application: Application,
  token: string,
): Promise<{ readonly transaction: Transaction; readonly title: string; readonly ok: true | null }> {
  const { transaction, title, ok } = await revoke(environment, application, token);
  const { id, name, pkceEnforcement } = toClient(application);
  return { title, ok, transaction: transaction ?? environment.transactions.start({ application: { id, name, pkceEnforcement } }) };
}
