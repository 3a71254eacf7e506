import type { Environment } from '../environment/context.js';
import type { Transaction } from '../environment/journal/transactions.js';
import type { Authentication, Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData, notFound, type PingOneError } from '../pingone/pingone-error.js';
import type { AuthorizationRequest } from '../protocol/authorization-request.js';
import { check } from '../protocol/check.js';

/** A flow ends after fifteen minutes without activity (docs/fidelity.md, 4.1). */
const flowMilliseconds = 15 * 60 * 1000;

/** A flow whose lifetime starts over. It is not stored. */
export const withActivity = ({ clock }: Environment, flow: Flow): Flow => ({ ...flow, expiresAt: clock.now() + flowMilliseconds });

/** Stores a flow; its lifetime starts over. */
export async function saveFlow(environment: Environment, flow: Flow): Promise<Flow> {
  const touched = withActivity(environment, flow);
  await environment.store.flows.put(touched, touched.expiresAt);
  return touched;
}

/** Starts the lifetime of a flow over, as it is stored. */
export async function touchFlow(environment: Environment, { id }: Flow): Promise<void> {
  const stored = await environment.store.flows.get(id);
  if (stored) await saveFlow(environment, stored);
}

interface FlowInput {
  readonly baseUrl: string;
  readonly transaction: Transaction;
  readonly request: AuthorizationRequest;
  /** Set if the person does not have to be asked for anything. */
  readonly authentication?: Authentication | undefined;
}

/** Stands in for the authorization request where there is none: only the sign-on is asked for. */
export const signOnOnly = (applicationId: string): AuthorizationRequest => ({
  clientId: applicationId,
  responseTypes: [],
  responseMode: 'query',
  scopes: [],
  prompts: [],
  acrValues: [],
});

/** A flow for an authorization request that passed its checks. It is stored by what goes on with it, where a person is asked for something. */
export function newFlow(environment: Environment, { baseUrl, transaction, request, authentication }: FlowInput): Flow {
  const { clock, random } = environment;
  const now = clock.now();
  return {
    id: random.uuid(),
    environmentId: environment.id,
    applicationId: request.clientId,
    request,
    status: authentication ? 'COMPLETED' : request.userId === undefined ? 'USERNAME_PASSWORD_REQUIRED' : 'PASSWORD_REQUIRED',
    transactionId: transaction.id,
    baseUrl,
    createdAt: now,
    expiresAt: now + flowMilliseconds,
    userId: authentication?.userId ?? request.userId,
    authentication,
  };
}

/** The flow with an id; unknown or expired: 404 (docs/fidelity.md, 4.4). */
export async function findFlow({ store }: Environment, id: string | undefined): Promise<Flow> {
  const flow = id === undefined ? undefined : await store.flows.get(id);
  // A DaVinci flow is reached only through its own endpoints: its nodes must not be bypassed.
  if (!flow || flow.davinci)
    throw notFound({
      reason: `no flow ${id}: unknown, or idle for more than fifteen minutes`,
      check: check('flow_known', false, { got: id }),
    });
  return flow;
}

/** The transaction that a flow belongs to, as long as it is remembered. */
export const transactionOf = ({ transactions }: Environment, { transactionId }: { transactionId: string }): Transaction =>
  transactions.resume(transactionId) ?? transactions.start({ application: undefined });

/** Why a password is refused: the check that failed, for the transaction. */
export const refusedPassword = (reason: string) => ({ reason, check: check('password_right', false, { got: reason }) });

/** The answer to wrong credentials, whatever is wrong with them: the reason is only for the log. */
export const refusedCredentials = (reason: string): PingOneError =>
  invalidData({ code: 'INVALID_CREDENTIALS', message: flowTexts.credentials.text }, refusedPassword(reason));

/** The user that a flow is tied to. A user who has been disabled or deleted since then gets no further. */
export async function userOfFlow(environment: Environment, { userId }: Flow): Promise<User> {
  const user = userId === undefined ? undefined : await findActiveUser(environment, userId);
  if (!user) throw refusedCredentials('the user is disabled, locked or deleted');
  return user;
}
