import { warn } from '../diagnosis/warnings.js';
import { isRevocable, verifyAccessToken } from '../environment/access-token.js';
import type { Endpoint, Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { beginTransaction } from '../environment/record.js';
import { recordTokenActivity } from '../environment/record-activity.js';
import { sendJson } from '../http/answers.js';
import { object, secret, string } from '../lib/schema/types.js';
import { enforce } from '../pingone/errors.js';
import { decide, need } from '../protocol/check.js';
import { diagnoseNothingRevoked } from '../protocol/mistakes/index.js';
import { clientMembers, readClientRequest } from './client/form-request.js';
import { revokeFamily } from './tokens/refresh-tokens.js';

/** The result of a revocation, for its transaction: the client always gets the same answer. */
interface Revoked {
  /** The transaction that issued the token, if that is known. */
  readonly transactionId?: string | undefined;
  readonly title: string;
  readonly ok: true | null;
  /** Why nothing was revoked. */
  readonly reason?: string;
}

const nothing = (reason: string, transactionId?: string): Revoked => ({
  transactionId,
  title: `Nothing revoked: ${reason}`,
  ok: null,
  reason,
});

/**
 * Revokes a token of this client (RFC 7009 §2.1). A token that cannot be revoked, or belongs to another client, stays
 * valid without the client learning it: PingOne's answer to that is not known (docs/fidelity.md, 7.3: inferred).
 */
async function revokeToken(environment: Environment, application: Application, token: string): Promise<Revoked> {
  const { store } = environment;
  const kept = await store.refreshTokens.get(token);
  const trace = kept ? undefined : await store.traces.get(token);
  const refresh = kept ?? (trace?.rotated && trace);
  if (refresh) {
    const { clientId, familyId, transactionId } = refresh;
    if (clientId !== application.id) return nothing('the refresh token was issued to another client', transactionId);
    // The whole family: nothing that began with one sign-on outlives its refresh token.
    await revokeFamily(environment, familyId);
    return { transactionId, title: 'Refresh token revoked, with its family', ok: true };
  }
  const { claims } = await verifyAccessToken(environment, token);
  if (!claims) return nothing('the token is unknown, expired or already revoked');
  if (claims.client_id !== application.id) return nothing('the access token was issued to another client');
  if (!isRevocable(claims)) return nothing('tokens for PingOne’s API, and tokens without a session, cannot be revoked');
  if (claims.jti !== undefined) await store.revocations.put({ id: claims.jti }, claims.exp * 1000);
  return { title: 'Access token revoked', ok: true };
}

const revocationRequest = object({}, { ...clientMembers, token: secret(string), token_type_hint: string });

/** Token revocation (RFC 7009; docs/fidelity.md, 7.3): an empty answer, whatever became of the token. */
export const revoke: Endpoint = (app, context) => {
  app.post('/revoke', { config: { parameters: revocationRequest } }, async (request, reply) => {
    const { environment, baseUrl, form, application } = await readClientRequest(context, request, {
      schema: revocationRequest,
      endpoint: 'revoke',
    });
    const presented = enforce(decide(need('token_present', form.token, { spec: 'RFC 7009 §2.1' })));
    const { transactionId, title, ok, reason } = await revokeToken(environment, application, presented);
    const transaction = beginTransaction(environment, { transactionId, application, baseUrl });
    if (transaction.state === 'waiting') transaction.state = 'succeeded';
    environment.transactions.step(transaction, { kind: 'revoke', ok, title, checks: [], exchange: request.exchange });
    if (reason !== undefined) warn(environment, transaction, request.exchange, diagnoseNothingRevoked(reason));
    if (ok) recordTokenActivity(environment, application, 'TOKEN.REVOKED', request.exchange);
    // Some clients read the content type before they notice that the body is empty (docs/fidelity.md, clients).
    return sendJson(reply, '');
  });
};
