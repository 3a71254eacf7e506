import type { Environment } from '../../environment/context.js';
import { publicKeys } from '../../environment/keys/public-keys.js';
import type { TrustedIssuer } from '../../environment/model/configuration.js';
import { toSeconds } from '../../lib/clock.js';
import { readJwt } from '../../protocol/jwt.js';
import { isSignedByIssuer, issuerClaimsProblem } from '../../protocol/trusted-issuer.js';
import type { ReadToken } from './exchanged-tokens.js';

/** The registered issuer of this name that the application may use; or why there is none. */
async function issuerOf(
  { store, id: environmentId }: Environment,
  applicationId: string,
  name: unknown,
): Promise<{ issuer?: TrustedIssuer; problem?: string }> {
  if (typeof name !== 'string') return { problem: 'it has no iss' };
  const known = await store.trustedIssuers.find('issuer', name);
  if (known.length === 0)
    return {
      problem: name.endsWith(`/${environmentId}/as`)
        ? 'it is a token of this environment: send it as an access token or an ID token'
        : `its issuer ${name.slice(0, 200)} is not registered as a trusted issuer`,
    };
  const assigned = await store.trustedIssuerAssignments.find('application.id', applicationId);
  const issuer = known.find(({ id }) => assigned.some(({ trustedIssuer }) => trustedIssuer.id === id));
  return issuer ? { issuer } : { problem: `its issuer ${name.slice(0, 200)} is registered, but not assigned to the application` };
}

/** A JWT of a trusted third party, verified; or why it is not accepted (docs/fidelity.md, management 5.6). */
export async function readIssuerToken(environment: Environment, applicationId: string, token: string): Promise<ReadToken> {
  const jwt = readJwt(token);
  if (!jwt) return { problem: 'it is not a JWT' };
  const { claims, alg, kid } = jwt;
  const { issuer, problem } = await issuerOf(environment, applicationId, claims.iss);
  if (!issuer) return { problem };
  const { jwks, jwksUrl } = issuer;
  const found = await publicKeys(environment, { jwks, jwksUrl }, kid, 'the issuer');
  if (found.problem !== undefined) return { problem: `the issuer’s keys are not available: ${found.problem}` };
  if (!(await isSignedByIssuer(token, { alg, kid }, found.keys)))
    return { problem: `none of the issuer’s keys signed it (alg ${alg.slice(0, 20)}, kid ${kid?.slice(0, 100) ?? 'none'})` };
  const wrong = issuerClaimsProblem(claims, issuer, toSeconds(environment.clock.now()));
  return wrong === undefined
    ? { token: { claims, header: { alg, ...(kid !== undefined && { kid }) }, isForeign: true } }
    : { problem: wrong };
}
