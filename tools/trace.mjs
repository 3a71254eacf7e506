// How many files and functions of the project each request of a sign-on runs, by V8's precise coverage.
// After `npm run compile`: node tools/trace.mjs [--files]. With --files it lists them.
import { createHash, randomBytes } from 'node:crypto';
import { Session } from 'node:inspector/promises';

const root = new URL('../build/src/', import.meta.url);
const { startMock } = await import(new URL('index.js', root));
const environment = 'e0000000-0000-4000-8000-000000000001';
const client_id = 'a0000000-0000-4000-8000-000000000002';
const redirect_uri = 'https://example.com/callback';

/** Runs one request; answers its result, and the functions that ran, by file. */
async function trace(request) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  const answer = await request();
  // What runs after the answer belongs to the request as well.
  await new Promise((done) => setTimeout(done, 50));
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  const ran = result
    .filter(({ url }) => url.startsWith(root.href))
    .map(({ url, functions }) => ({
      file: url.slice(root.href.length),
      functions: functions
        .map(({ functionName, ranges }) => ({ name: functionName || '(anonymous)', calls: ranges[0].count }))
        .filter(({ calls }) => calls > 0),
    }))
    .filter(({ functions }) => functions.length > 0);
  return { answer, ran };
}

/** A whole sign-on by `pi.flow`; answers the trace of each request by its name. */
async function signOn(mockUrl, verifierSent) {
  const as = `${mockUrl}/${environment}/as`;
  const json = async (url, options) => (await fetch(url, options)).json();
  const code_verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    scope: 'openid profile',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
    response_mode: 'pi.flow',
  });
  const authorize = await trace(() => json(`${as}/authorize?${query}`));
  const { id } = authorize.answer;
  const password = await trace(() =>
    json(`${mockUrl}/${environment}/flows/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
      body: '{"username":"alice","password":"Alice-Passw0rd"}',
    }),
  );
  const resume = await trace(() => json(`${as}/resume?flowId=${id}`));
  const { code } = resume.answer.authorizeResponse;
  const form = { grant_type: 'authorization_code', code, client_id, redirect_uri, code_verifier: verifierSent ?? code_verifier };
  const token = await trace(() => json(`${as}/token`, { method: 'POST', body: new URLSearchParams(form) }));
  return { authorize, password, resume, token };
}

const mock = await startMock();
try {
  // What the first sign-on loads and remembers is not what a request costs.
  await signOn(mock.url);
  const good = await signOn(mock.url);
  const bad = await signOn(mock.url, 'A'.repeat(43));
  if (!good.token.answer.access_token || bad.token.answer.error !== 'invalid_grant') throw new Error('the sign-on does not work');
  const traces = Object.entries({ ...good, 'token, wrong verifier': bad.token });
  console.table(
    traces.map(([request, { ran }]) => {
      const functions = ran.flatMap((each) => each.functions);
      return { request, files: ran.length, functions: functions.length, calls: functions.reduce((sum, { calls }) => sum + calls, 0) };
    }),
  );
  if (process.argv.includes('--files'))
    for (const [request, { ran }] of traces) {
      console.log(`\n## ${request}`);
      for (const { file, functions } of ran) console.log(`${file}: ${functions.map(({ name, calls }) => `${name} ${calls}`).join(', ')}`);
    }
} finally {
  await mock.close();
}
