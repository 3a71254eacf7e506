// The client of the harness: as little as a client can do, since it shares the machine with what is measured.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';

/** So many connections, kept open. */
export function createClient(url, connections) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = http.request({ agent, hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
}

/** Does a job so many times, so many at once; answers the seconds that it took. */
export async function repeat(times, atOnce, job) {
  let left = times;
  const before = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        await job();
      }
    }),
  );
  return (performance.now() - before) / 1000;
}

const form = 'application/x-www-form-urlencoded';

/** A whole PKCE flow: authorize with auto login, code, token with the verifier. */
export function flowOf(send, issuer, clientId = 'a0000000-0000-4000-8000-000000000002') {
  const path = new URL(issuer).pathname;
  const redirect = encodeURIComponent('http://localhost:3000/callback');
  return async () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const asked = await send(
      `${path}/authorize?response_type=code&client_id=${clientId}&redirect_uri=${redirect}&scope=openid%20profile%20email&state=s&nonce=n&code_challenge=${challenge}&code_challenge_method=S256`,
    );
    const code = /[?&]code=([^&]*)/.exec(asked.headers.location ?? '')?.[1];
    const body = `grant_type=authorization_code&code=${code}&redirect_uri=${redirect}&client_id=${clientId}&code_verifier=${verifier}`;
    const answer = await send(`${path}/token`, { method: 'POST', headers: { 'content-type': form }, body });
    if (answer.status !== 200)
      throw new Error(`the flow failed: ${asked.status} ${asked.headers.location} ${answer.status} ${answer.text}`);
  };
}

export function clientCredentialsOf(send, issuer) {
  const authorization = `Basic ${Buffer.from('a0000000-0000-4000-8000-000000000001:worker-secret').toString('base64')}`;
  const request = { method: 'POST', headers: { 'content-type': form, authorization }, body: 'grant_type=client_credentials' };
  return async () => {
    const answer = await send(`${new URL(issuer).pathname}/token`, request);
    if (answer.status !== 200) throw new Error(answer.text);
  };
}

export const getOf = (send, path) => async () => {
  const answer = await send(path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
};

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
