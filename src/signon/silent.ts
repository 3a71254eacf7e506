import type { FastifyBaseLogger } from 'fastify';
import { findUserByUsername } from '../configuration/directory/users.js';
import { policyInForce } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Authentication, Session } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { visitOf } from '../environment/session-records.js';
import { authenticationOf, type Begun, beginSession, findActiveUser, isActive } from '../environment/sessions.js';
import type { AuthorizationRequest } from '../protocol/authorization-request.js';
import { agreedBy } from './agreements.js';
import { nextPolicyAction, stillCounts } from './policy-actions.js';

/** Who was signed on without being asked, and how. */
export interface SilentSignOn {
  readonly authentication: Authentication;
  readonly user: User;
  readonly title: string;
  /** A session that begins with this request, so that its cookies have to be sent. */
  readonly begun?: Begun | undefined;
}

interface SilentInput {
  readonly request: AuthorizationRequest;
  readonly session: Session | undefined;
  /** The user of PINGONE_MOCK_AUTO_LOGIN. */
  readonly autoLogin: string | undefined;
  readonly log: FastifyBaseLogger;
  readonly exchange: Exchange;
}

/** Signs on by the browser's session or by auto login; undefined if a person has to be asked. */
export async function authenticateWithoutPage(environment: Environment, input: SilentInput): Promise<SilentSignOn | undefined> {
  const { request, session, autoLogin, log, exchange } = input;
  const now = environment.clock.now();
  const policy = await policyInForce(environment, request.clientId, request.acrValues);
  const known = session && stillCounts(request, session, now) ? await findActiveUser(environment, session.userId) : undefined;
  const authentication = session && { ...authenticationOf(session), acr: policy.name };
  // A flow of DaVinci decides by itself whether a session counts: those that it began do (inferred).
  if (authentication && known && policy.flowPolicy && session.acr === policy.name)
    return { authentication, user: known, title: `Already signed on as ${known.username}` };
  if (session && known && policy.actions.length > 0) {
    // The session may meet the policy of this request, whichever policy the sign-on itself went through.
    const agreed = await agreedBy(environment, policy.actions, known);
    const next = nextPolicyAction(policy.actions, { passed: [], earlier: session, user: known, agreed, now });
    const authentication = { ...authenticationOf(session), acr: policy.name };
    if (!next) return { authentication, user: known, title: `Already signed on as ${known.username}` };
  }
  if (autoLogin === undefined) return undefined;
  const found = await findUserByUsername(environment, autoLogin);
  const user = found && isActive(found) ? found : undefined;
  if (user && request.userId !== undefined && request.userId !== user.id) return undefined;
  if (!user) {
    log.warn(
      { event: 'auto-login', username: autoLogin, environmentId: environment.id },
      `auto login: there is no active user ${autoLogin} in this environment`,
    );
    return undefined;
  }
  const begun = await beginSession(environment, user, session, {
    acr: policy.name,
    amr: ['pwd'],
    policyId: policy.id,
    visit: visitOf(exchange),
  });
  return { authentication: authenticationOf(begun.session), user, title: `Signed on by auto login as ${user.username}`, begun };
}
