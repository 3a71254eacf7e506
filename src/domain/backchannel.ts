import type { Environment } from '../context.js';
import { type Check, failed } from '../core/check.js';
import type { Transaction } from '../journal/transactions.js';
import type { Application } from '../pingone/application.js';
import type { BackchannelRequest } from '../store/polled-grants.js';
import { transactionOf } from './flows.js';
import { readIdToken, userOfIdToken } from './id-token.js';
import { judgeLoginHintToken } from './login-hint-token.js';
import { keepPolled } from './polling.js';
import { authenticationOf, startSession, usableUser } from './sessions.js';
import { policyInForce } from './sign-on-policies.js';
import { inTurn } from './turns.js';
import { findUserByUsername } from './users.js';

/** Authentication of a person on another device than the client's (OpenID Connect CIBA; docs/fidelity.md, 7.7). */

const defaultSeconds = 120;
const intervalSeconds = 2;
const spec = 'OpenID Connect CIBA Core §7.1';

export interface UserHints {
  readonly issuer: string;
  readonly loginHint?: string | undefined;
  readonly idTokenHint?: string | undefined;
  readonly loginHintToken?: string | undefined;
}

/** A text that names a user: user name, e-mail address or id. */
async function findByHint(environment: Environment, hint: string): Promise<string | undefined> {
  const { store } = environment;
  const byName = await findUserByUsername(environment, hint);
  const [byEmail] = byName ? [] : await store.users.find('email', hint.toLowerCase());
  return (byName ?? byEmail ?? (await store.users.get(hint)))?.id;
}

/** Whom a hint names; an unknown or unusable user is refused. Exactly one of the hints is there. */
export async function findHintedUser(
  environment: Environment,
  application: Application,
  { issuer, loginHint, idTokenHint, loginHintToken }: UserHints,
): Promise<{ readonly checks: readonly Check[]; readonly userId?: string | undefined }> {
  const checks: Check[] = [];
  let userId: string | undefined;
  if (loginHintToken !== undefined) {
    const judged = await judgeLoginHintToken(environment, application, { token: loginHintToken, issuer });
    if (failed(judged.checks)) return { checks: judged.checks };
    checks.push(...judged.checks);
    userId = judged.userId;
  } else if (idTokenHint !== undefined) {
    const claims = await readIdToken(environment, idTokenHint);
    const ok = claims?.env === environment.id && userOfIdToken(claims) !== undefined;
    checks.push({ rule: 'id_token_hint_signature', spec, ok });
    userId = ok ? userOfIdToken(claims) : undefined;
  } else userId = await findByHint(environment, loginHint ?? '');
  const user = userId === undefined ? undefined : await usableUser(environment, userId);
  checks.push({ rule: 'backchannel_user_known', spec: 'OpenID Connect CIBA Core §13', ok: user !== undefined, got: loginHint });
  return { checks, userId: user?.id };
}

interface NewRequest {
  readonly application: Application;
  readonly scopes: readonly string[];
  readonly transaction: Transaction;
  readonly userId: string;
  readonly bindingMessage?: string | undefined;
  readonly requestedSeconds?: number | undefined;
}

/** Keeps a request until a person decides it, or its time is over. */
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
    // A client may ask for less time, not for more.
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

/** The requests that wait for a person, oldest first. */
export async function waitingBackchannelRequests({ store, clock }: Environment): Promise<BackchannelRequest[]> {
  const now = clock.now();
  return (await store.backchannelRequests.list()).filter(({ decision, expiresAt }) => !decision && now < expiresAt);
}

/** What became of a decision: made, or too late for it. */
export type BackchannelDecision = 'approved' | 'denied' | 'unknown' | 'decided already' | 'expired';

/** The person approves or refuses, on the device that the mock stands for. Approving begins a session of its own. */
export function decideBackchannelRequest(environment: Environment, authReqId: string, approve: boolean): Promise<BackchannelDecision> {
  // Polls of the same request wait for it: what they saw is what is put.
  return inTurn(environment, `poll ${authReqId}`, async () => {
    const { store, clock, transactions } = environment;
    const request = await store.backchannelRequests.get(authReqId);
    if (!request) return 'unknown';
    if (request.decision) return 'decided already';
    if (clock.now() >= request.expiresAt) return 'expired';
    const user = await usableUser(environment, request.userId);
    const approved = approve && user !== undefined;
    // More than one channel was used (RFC 8176: mca); what PingOne writes there is not known.
    const session = approved ? await startSession(environment, user, undefined, { acr: request.acr, amr: ['mca'] }) : undefined;
    const decision = session ? 'approved' : 'denied';
    const authentication = session && authenticationOf(session);
    await keepPolled(store.backchannelRequests, { ...request, decision, authentication });
    const title = session ? `Approved by ${user?.username}` : 'Denied';
    transactions.step(transactionOf(environment, request), { kind: 'consent', ok: session ? true : null, title, checks: [] });
    return decision;
  });
}
