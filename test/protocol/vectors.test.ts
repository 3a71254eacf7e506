import { readFileSync } from 'node:fs';
import t from 'tap';
import { decide } from '../../src/protocol/check.js';
import { candidates, diagnosePkce } from '../../src/protocol/mistakes/index.js';
import { verifyPkce } from '../../src/protocol/pkce.js';

interface Vector {
  readonly name: string;
  readonly method: 'S256' | 'plain' | 'none';
  readonly challenge: string | null;
  readonly verifier: string | null;
  readonly accepted: boolean;
  readonly diagnosis: string | null;
}

const { vectors } = JSON.parse(readFileSync(new URL('../../../docs/vectors.json', import.meta.url), 'utf8')) as { vectors: Vector[] };

t.test('every vector of the lab gets its stated verdict and diagnosis', (t) => {
  for (const { name, method, challenge, verifier, accepted, diagnosis } of vectors) {
    const recorded = method === 'none' || challenge === null ? undefined : { value: challenge, method };
    t.equal(decide(verifyPkce(recorded, verifier ?? undefined)).refusedBy === undefined, accepted, name);
    const found = diagnosePkce({ challenge: recorded?.value, method: recorded?.method, verifier: verifier ?? undefined });
    t.equal(found?.code ?? null, diagnosis, `${name}: diagnosis`);
  }
  t.end();
});

t.test('every mistake that one pair of values can show has a vector', (t) => {
  const named = new Set(vectors.map(({ diagnosis }) => diagnosis));
  const missing = candidates.map(({ code }) => code).filter((code) => !named.has(code) && code !== 'verifier_of_other_transaction');
  t.same(missing, []);
  t.end();
});
