import type { Environment } from '../environment/context.js';
import { type BrokenPkce, describeFault } from '../environment/faults/registry.js';
import type { Exchange } from '../environment/journal/exchange.js';
import { type Application, pkceEnforcementOf } from '../environment/model/application.js';
import { type PkcePolicy, soundPolicies } from '../protocol/pkce.js';

/** PKCE broken on purpose, so that a team sees whether its client and its monitoring notice. Only a fault can ask for that. */

/** How PKCE applies to a request of an application while there are faults: as configured, unless a fault says otherwise. Does not use the fault up. */
export function pkcePolicyOf({ faults }: Environment, application: Application): PkcePolicy {
  const { id } = application;
  const pkceEnforcement = pkceEnforcementOf(application);
  const sound = soundPolicies[pkceEnforcement];
  return {
    enforcement: pkceEnforcement,
    plain: faults.breaksPkce('plain-accepted', id) ? 'accepted' : sound.plain,
    challenge: faults.breaksPkce('challenge-ignored', id) ? 'ignored' : sound.challenge,
    codes: faults.breaksPkce('code-reusable', id) ? 'reusable' : sound.codes,
  };
}

/** Uses a fault up and reports it, once it has changed the outcome of a request. */
export async function countBrokenPkce(
  { faults, log, id }: Environment,
  kind: BrokenPkce,
  client: string,
  exchange?: Exchange,
): Promise<void> {
  await faults.takeBrokenPkce(kind, client);
  const description = describeFault({ pkce: kind });
  log.warn({ event: 'fault', ok: false, environmentId: id, client }, `fault injected: ${description}`);
  if (exchange) exchange.faults = [...(exchange.faults ?? []), description];
}
