import { createHash } from 'node:crypto';
import t from 'tap';
import { decide } from '../../../src/protocol/check.js';
import {
  type Diagnosis,
  diagnoseChallengeRequest,
  diagnosePkce,
  type MadePair,
  madeMistakes,
} from '../../../src/protocol/mistakes/index.js';
import { checkCodeChallenge, type PkceEnforcement, recordedChallenge, s256, soundPolicies } from '../../../src/protocol/pkce.js';

/** 43 characters of base64url, another each time. */
const verifierOf = (seed: number): string => createHash('sha256').update(`verifier ${seed}`).digest('base64url');

/** What a client gets to read that sends a pair to both endpoints. */
function diagnosisOf({ challenge, method, verifier }: MadePair, enforcement: PkceEnforcement): Diagnosis | undefined {
  const refused = decide(checkCodeChallenge(challenge, method, soundPolicies[enforcement])).refusedBy;
  if (refused) return diagnoseChallengeRequest({ challenge, method, enforcement });
  return diagnosePkce({ challenge, method: recordedChallenge(challenge, method)?.method, methodNamed: method !== undefined, verifier });
}

t.test('each of the ten mistakes is named exactly, whatever the application demands of PKCE', (t) => {
  t.equal(madeMistakes.length, 10);
  t.equal(new Set(madeMistakes.map(({ code }) => code)).size, 10, 'each is another');
  for (const { code, label, make } of madeMistakes)
    for (const enforcement of ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'] as const)
      for (let seed = 0; seed < 20; seed += 1) {
        const found = diagnosisOf(make(verifierOf(seed)), enforcement);
        t.same([found?.code, found?.confidence], [code, 'exact'], `${label}, ${enforcement}, ${seed}`);
      }
  t.end();
});

t.test('the right pair has no diagnosis', (t) => {
  const verifier = verifierOf(1);
  t.equal(diagnosisOf({ verifier, challenge: s256(verifier), method: 'S256' }, 'S256_REQUIRED'), undefined);
  t.end();
});
