import { passwordPolicyOf } from '../configuration/directory/passwords.js';
import { defaultPopulation } from '../configuration/directory/users.js';
import type { Environment } from '../environment/context.js';
import type { Transaction } from '../environment/journal/transactions.js';
import type { Authentication, Flow, FlowStatus } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { notFound } from '../pingone/pingone-error.js';
import type { AuthorizationRequest } from '../protocol/authorization-request.js';
import { flowBody } from './flow-view.js';

/** A flow ends after fifteen minutes without activity (docs/fidelity.md, 4.1). */
const flowMilliseconds = 15 * 60 * 1000;

/** Keeps a flow, with its lifetime begun anew. */
export async function saveFlow({ store, clock }: Environment, flow: Flow): Promise<Flow> {
  const touched = { ...flow, expiresAt: clock.now() + flowMilliseconds };
  await store.flows.put(touched, touched.expiresAt);
  return touched;
}

interface FlowInput {
  readonly baseUrl: string;
  readonly transaction: Transaction;
  readonly request: AuthorizationRequest;
  /** Set where nothing has to be asked. */
  readonly authentication?: Authentication | undefined;
}

/** Begins a flow for an authorization request that was found right. */
export function startFlow(environment: Environment, { baseUrl, transaction, request, authentication }: FlowInput): Promise<Flow> {
  const now = environment.clock.now();
  return saveFlow(environment, {
    id: environment.random.uuid(),
    environmentId: environment.id,
    applicationId: request.clientId,
    request,
    status: authentication ? 'COMPLETED' : request.userId === undefined ? 'USERNAME_PASSWORD_REQUIRED' : 'PASSWORD_REQUIRED',
    transactionId: transaction.id,
    baseUrl,
    createdAt: now,
    expiresAt: now,
    userId: authentication?.userId ?? request.userId,
    authentication,
  });
}

/** The flow of an id; unknown or expired: 404 (docs/fidelity.md, 4.4). */
export async function findFlow({ store }: Environment, id: string | undefined): Promise<Flow> {
  const flow = id === undefined ? undefined : await store.flows.get(id);
  if (!flow) throw notFound({ reason: `no flow ${id}: unknown, or idle for more than fifteen minutes` });
  return flow;
}

/** The transaction that a flow belongs to, as long as it is remembered. */
export const transactionOf = ({ transactions }: Environment, { transactionId }: { transactionId: string }): Transaction =>
  transactions.get(transactionId) ?? transactions.start({ application: undefined });

const asksForNewPassword: readonly FlowStatus[] = ['PASSWORD_EXPIRED', 'MUST_CHANGE_PASSWORD'];

/** A flow as PingOne shows it. */
export async function describeFlow(environment: Environment, flow: Flow, authorizeResponse?: Record<string, unknown>) {
  const { store } = environment;
  const application = await store.applications.get(flow.applicationId);
  const user: User | undefined = flow.userId === undefined ? undefined : await store.users.get(flow.userId);
  const population = user?.population ?? (flow.registration ? await defaultPopulation(environment) : undefined);
  const isAsked = asksForNewPassword.includes(flow.status) || flow.registration === true;
  const passwordPolicy = isAsked && population ? await passwordPolicyOf(environment, { population }) : undefined;
  return flowBody(flow, { application, user, passwordPolicy, authorizeResponse });
}
