import { policyInForce } from '../../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { BackchannelRequest } from '../../environment/model/polled-grants.js';
import { serialize } from '../../environment/serialize.js';
import { authenticationOf, findActiveUser, startSession } from '../../environment/sessions.js';
import { transactionOf } from '../flows.js';
import { keepPolled } from './keep.js';

/** Authenticates a person on a device other than the client's (OpenID Connect CIBA; docs/fidelity.md, 7.7). */

const defaultSeconds = 120;
const intervalSeconds = 2;

interface NewRequest {
  readonly application: Application;
  readonly scopes: readonly string[];
  readonly transaction: Transaction;
  readonly userId: string;
  readonly bindingMessage?: string | undefined;
  readonly requestedSeconds?: number | undefined;
}

/** Stores a request until a person decides it or it expires. */
export async function startBackchannelRequest(environment: Environment, input: NewRequest): Promise<BackchannelRequest> {
  const { application, scopes, transaction, userId, bindingMessage, requestedSeconds = defaultSeconds } = input;
  const { random, clock, store } = environment;
  const now = clock.now();
  const { name: acr } = await policyInForce(environment, application.id);
  const request: BackchannelRequest = {
    id: random.uuid(),
    clientId: application.id,
    scopes,
    transactionId: transaction.id,
    familyId: random.uuid(),
    issuedAt: now,
    // A client may ask for less time, but not for more.
    expiresAt: now + Math.min(requestedSeconds, defaultSeconds) * 1000,
    intervalSeconds,
    userId,
    bindingMessage,
    acr,
  };
  await keepPolled(store.backchannelRequests, request);
  const user = await store.users.get(userId);
  transaction.user = user?.username;
  const title = `Waiting for ${user?.username} to approve`;
  environment.transactions.step(transaction, { kind: 'consent', ok: null, title, checks: [] });
  return request;
}

/** The requests that wait for a decision, oldest first. */
export async function waitingBackchannelRequests({ store, clock }: Environment): Promise<BackchannelRequest[]> {
  const now = clock.now();
  return (await store.backchannelRequests.list()).filter(({ decision, expiresAt }) => !decision && now < expiresAt);
}

/** The decision that was made, or why none could be. */
export type BackchannelDecision = 'approved' | 'denied' | 'unknown' | 'decided already' | 'expired';

/** Approves or denies a request, as a person would on another device. Approval begins a session of its own. */
export function decideBackchannelRequest(environment: Environment, authReqId: string, approve: boolean): Promise<BackchannelDecision> {
  // Polls of the same request take turns with this, so that neither overwrites what the other has saved.
  return serialize(environment, `poll ${authReqId}`, async () => {
    const { store, clock, transactions } = environment;
    const request = await store.backchannelRequests.get(authReqId);
    if (!request) return 'unknown';
    if (request.decision) return 'decided already';
    if (clock.now() >= request.expiresAt) return 'expired';
    const user = await findActiveUser(environment, request.userId);
    const approved = approve && user !== undefined;
    // Multiple channels (RFC 8176: mca); what PingOne writes here is not known.
    const session = approved ? await startSession(environment, user, undefined, { acr: request.acr, amr: ['mca'] }) : undefined;
    const decision = session ? 'approved' : 'denied';
    const authentication = session && authenticationOf(session);
    await keepPolled(store.backchannelRequests, { ...request, decision, authentication });
    const title = session ? `Approved by ${user?.username}` : 'Denied';
    transactions.step(transactionOf(environment, request), { kind: 'consent', ok: session ? true : null, title, checks: [] });
    return decision;
  });
}
