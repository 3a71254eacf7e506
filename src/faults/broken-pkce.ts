import type { Environment } from '../environment/context.js';
import { type BrokenPkce, describeFault } from '../environment/faults/registry.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { AuthorizationCode } from '../environment/model/lifetimes.js';
import type { Decision } from '../protocol/check.js';
import type { CodeChallengeMethod, PkceEnforcement } from '../protocol/pkce.js';

/** PKCE broken on purpose, so that a team sees whether its client and its monitoring notice. Never without a fault that says so. */

function breaks({ faults, log, id }: Environment, kind: BrokenPkce, client: string, exchange?: Exchange): boolean {
  if (!faults.active || !faults.takeBrokenPkce(kind, client)) return false;
  const description = describeFault({ pkce: kind });
  log.warn({ event: 'fault', ok: false, environmentId: id, client }, `fault injected: ${description}`);
  if (exchange) exchange.faults = [...(exchange.faults ?? []), description];
  return true;
}

/** Takes the code that is to be redeemed. Where codes are reusable on purpose, it is put back. */
export async function takeCode(
  environment: Environment,
  id: string,
  client: string,
  exchange: Exchange,
): Promise<AuthorizationCode | undefined> {
  const { codes } = environment.store;
  const code = await codes.take(id);
  if (code && breaks(environment, 'code-reusable', client, exchange)) await codes.put(code, code.expiresAt);
  return code;
}

/** The decision on a redemption; where the challenge is ignored on purpose, without the check of PKCE that failed. */
export function judgedOnPurpose(
  environment: Environment,
  decision: Decision<AuthorizationCode>,
  code: AuthorizationCode | undefined,
  exchange: Exchange,
): Decision<AuthorizationCode> {
  const { checks, refusedBy } = decision;
  const ignorable = code && refusedBy && /verifier/.test(refusedBy.rule);
  if (!ignorable || !breaks(environment, 'challenge-ignored', code.clientId, exchange)) return decision;
  return { checks: checks.filter(({ ok }) => ok), value: code };
}

/** What an application demands; where plain is accepted on purpose, S256 is not demanded. */
export function enforcedOnPurpose(
  environment: Environment,
  { id, pkceEnforcement }: { readonly id: string; readonly pkceEnforcement: PkceEnforcement },
  method: CodeChallengeMethod | string | undefined,
): PkceEnforcement {
  const wouldFail = pkceEnforcement === 'S256_REQUIRED' && method !== 'S256';
  return wouldFail && breaks(environment, 'plain-accepted', id) ? 'REQUIRED' : pkceEnforcement;
}
