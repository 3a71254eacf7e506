import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { toSeconds } from '../../lib/clock.js';
import { textOf } from '../../lib/text-of.js';
import { check, type Decision, decideByAll } from '../../protocol/check.js';
import { audienceNames, clientAlgorithms, readJwt, timeClaim } from '../../protocol/jwt.js';
import { checkClientSignature } from './open-request.js';

/** Judges the token by which an application says who is to sign on: `iss` its id, `sub` the user's id, `aud` our issuer, `exp`. */
export async function judgeLoginHintToken(
  environment: Environment,
  application: Application,
  { token, issuer }: { token: string; issuer: string },
): Promise<Decision<string>> {
  const jwt = readJwt(token);
  const readable = check('login_hint_token_readable', jwt !== undefined && clientAlgorithms.includes(jwt.alg), { got: jwt?.alg });
  if (!jwt || !readable.ok) return { checks: [readable], refusedBy: readable };
  const { iss, aud, exp, sub } = jwt.claims;
  const endsAt = timeClaim(exp);
  const { id: environmentId, servesHost } = environment;
  const user = typeof sub === 'string' ? await environment.store.users.get(sub) : undefined;
  return decideByAll(
    [
      readable,
      await checkClientSignature(environment, application, token, jwt, 'login_hint_token_signature'),
      check('login_hint_token_claims', iss === application.id && audienceNames(aud, { issuer, environmentId, servesHost }), {
        expected: `iss ${application.id}, aud ${issuer}`,
        got: `iss ${textOf(iss)}, aud ${textOf(aud)}`,
      }),
      check('login_hint_token_fresh', endsAt !== undefined && toSeconds(environment.clock.now()) < endsAt, { got: textOf(exp) }),
      check('login_hint_token_user', user !== undefined, { got: textOf(sub) }),
    ],
    user?.id,
  );
}
