/** Mistakes of clients as people have reported them, each with what its diagnosis has to say. */
import { createHash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import type { Diagnosis } from '../../src/protocol/mistakes/index.js';
import { s256 } from '../../src/protocol/pkce.js';
import { askAuthorize, authorize, newVerifier, redeem } from '../helpers/client.js';
import { buildTestServer } from '../helpers/server.js';

type Server = Awaited<ReturnType<typeof buildTestServer>>;

/** The diagnosis behind the header of an answer. */
function diagnosisOf({ environment, context }: Server, { headers }: LightMyRequestResponse): Diagnosis | undefined {
  const id = /\/__mock\/tx\/([0-9a-f-]{36})$/.exec(String(headers['x-mock-diagnosis']))?.[1] ?? '';
  return (environment.transactions.get(id) ?? context.unmatched.get(id))?.diagnosis;
}

t.test('btoa of an ArrayBuffer, a typed array or a Promise is named by the text that it makes', async (t) => {
  const server = await buildTestServer(t);
  for (const text of ['[object ArrayBuffer]', '[object Uint8Array]', '[object Promise]']) {
    const challenge = Buffer.from(text).toString('base64url');
    const asked = await askAuthorize(server.app, { code_challenge: challenge, code_challenge_method: 'S256', response_mode: 'pi.flow' });
    t.match(diagnosisOf(server, asked), { code: 'object_as_text', confidence: 'exact', title: new RegExp(text.replace(/[[]/, '.')) });
  }
  const weak = Buffer.from('[object Uint8Array]').toString('base64url');
  const authorized = await authorize(server.app, {
    method: 'none',
    parameters: { code_challenge: s256(weak), code_challenge_method: 'S256' },
  });
  t.match(diagnosisOf(server, await redeem(server.app, { ...authorized, codeVerifier: weak })), {
    code: 'object_as_text',
    title: /^The verifier is base64 of the text "\[object Uint8Array\]"$/,
  });
});

t.test('a hash whose bytes were taken for text is not called a verifier that was not hashed', async (t) => {
  const server = await buildTestServer(t);
  const digest = createHash('sha256').update(newVerifier()).digest();
  const challenge = Buffer.from(digest.toString('latin1')).toString('base64url');
  t.match(diagnosisOf(server, await askAuthorize(server.app, { code_challenge: challenge, code_challenge_method: 'S256' })), {
    code: 'digest_as_text',
    confidence: 'possible',
    why: /taken for text/,
  });
});
