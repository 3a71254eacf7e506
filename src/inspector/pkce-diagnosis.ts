import { checkSchema, diagnosisSchema, shows } from '../control/answer-schemas.js';
import type { App } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, secret, string } from '../lib/schema/types.js';
import { decide } from '../protocol/check.js';
import { diagnoseChallengeRequest, diagnosePkce } from '../protocol/mistakes/index.js';
import { checkCodeChallenge, recordedChallenge, soundPolicies, transform, verifyPkce } from '../protocol/pkce.js';

const body = object(
  {},
  { challenge: string, method: string, verifier: secret(string), enforcement: oneOf('OPTIONAL', 'REQUIRED', 'S256_REQUIRED') },
);

const shown = object(
  { ok: boolean, checks: object({ authorize: array(checkSchema), token: array(checkSchema) }) },
  { method: string, computed: string, diagnosis: diagnosisSchema },
);

/** For the calculator: checks a challenge and a verifier by the server's own rules, and names the mistake. Stores nothing. */
export const pkceDiagnosis = (app: App): void => {
  const schema = { summary: 'Check a challenge and a verifier', body, answers: shows(shown) };
  app.post('/pkce/diagnose', { schema }, (request, reply) => {
    const { challenge, method, verifier, enforcement = 'OPTIONAL' } = request.body;
    const recorded = recordedChallenge(challenge, method);
    const authorize = decide(checkCodeChallenge(challenge, method, soundPolicies[enforcement])).checks;
    const token = verifier === undefined ? [] : decide(verifyPkce(recorded, verifier)).checks;
    const ok = [...authorize, ...token].every((check) => check.ok);
    const diagnosis =
      verifier === undefined
        ? diagnoseChallengeRequest({ challenge, method, enforcement })
        : (diagnosePkce({ challenge, method: recorded?.method, methodNamed: method !== undefined, verifier }) ??
          diagnoseChallengeRequest({ challenge, method, enforcement }));
    const computed = verifier === undefined ? undefined : transform(verifier, recorded?.method ?? 'S256');
    return sendJson(reply, { ok, method: recorded?.method, computed, checks: { authorize, token }, diagnosis });
  });
};
