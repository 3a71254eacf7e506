import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

const run = promisify(execFile);
const dist = join(process.cwd(), 'dist', 'index.js');
const notBuilt = existsSync(dist) ? false : 'dist is not built';

/** What an application's tests write, so that its types are checked. */
const consumer = `
import { startMock, createMock, connectMock, type CheckupReport, type ConnectedMock, type Environment, type Mock, type Transaction } from 'pingone-mock';

const cb = 'http://localhost:3000/callback';
await using mock = await startMock();
const addresses: string[] = [mock.url, mock.issuer, mock.environmentId, mock.env.OIDC_ISSUER ?? ''];

const token: string = await mock.issueToken({ sub: 'alice', scope: 'read', claims: { roles: ['admin'] }, expiresIn: '5m' });
const bad: string = await mock.issueToken({ sub: 'alice', invalid: 'expired' });
// @ts-expect-error there is no such kind
await mock.issueToken({ invalid: 'expried' });

const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', redirectUris: [cb], pkceEnforcement: 'S256_REQUIRED' });
const carol = await mock.users.create({ username: 'carol', password: 'Carol-Passw0rd', email: 'carol@example.com' });

const callback: string = await mock.signOn(new URL('http://localhost/'), 'alice');
await mock.signOn('http://localhost/', { deny: true });
const flow = await mock.authorize({ app, user: carol });
const { code, verifier } = flow;
const { access_token } = await flow.redeem();

mock.once('token.before-sign', ({ idToken, accessToken }) => { idToken.payload.acr = 'Multi_Factor'; accessToken.payload.x = 1; });
mock.on('userinfo.before-response', (r) => { r.body.email_verified = false; });
// @ts-expect-error there is no such hook
mock.on('tokens.before-sign', () => {});
mock.failNext('token', { status: 400, error: 'invalid_grant' });
mock.failNext('token', { status: 503, delay: '2s', times: 3, drop: true });
mock.clock.advance('61s'); mock.clock.set('2030-01-01T00:00:00Z'); mock.clock.reset();

const tx: Transaction = await mock.transactions.waitFor({ app: app.id, state: 'failed' }, { timeout: '2s' });
const diagnosis: string | undefined = tx.diagnosis?.code;
const count: number = mock.requests.filter({ endpoint: 'token' }).length;
const sent: string | undefined = mock.requests.last('token')?.form.code_verifier;

const env: Environment = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe' }] });
const { findings }: CheckupReport = await mock.checkup({ start: 'http://localhost:3000/login', only: ['state'] });
const wrong: string[] = findings.filter(({ ok }) => !ok).map(({ id, must }) => id + must);
// @ts-expect-error it needs an address
await env.checkup({});
await mock.reset();
await env.reset();
await env.delete();

/** One suite for both: every mock in this process is what a connected one is. */
const suite = async (target: ConnectedMock): Promise<number> => (await target.requests.filter()).length;
await suite(mock);
await suite(await connectMock('http://localhost:9400'));
const quiet: Mock = await createMock({ autoLogin: 'alice' });
export { wrong, addresses, token, bad, callback, code, verifier, access_token, diagnosis, count, sent, quiet };
`;

t.test('the shipped types are complete', { skip: notBuilt }, async (t) => {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.types-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'consumer.mts'), consumer);
  const options = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    noEmit: true,
    // Types that compile only with skipLibCheck are useless.
    skipLibCheck: false,
    types: ['node'],
    paths: { 'pingone-mock': [join(process.cwd(), 'dist', 'index.d.ts')] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['consumer.mts'] }));
  const tsc = join(process.cwd(), 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', folder, '--listFiles']).catch((error: { stdout: string }) => error);
  const told = stdout.split('\n').filter((line) => /error TS/.test(line));
  t.same(told, []);
  const packages = new Set(Array.from(stdout.matchAll(/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//g), ([, name]) => name));
  t.notOk(packages.has('json-schema-to-ts'), 'no development dependency is needed to read them');
  t.notOk(packages.has('@fastify/type-provider-json-schema-to-ts'));
});

t.test('the built package can be loaded by import and by require', { skip: notBuilt }, async (t) => {
  const names = ['MockError', 'connectMock', 'createMock', 'startMock'];
  t.same(Object.keys((await import(pathToFileURL(dist).href)) as object).sort(), names);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))
    t.match(Object.keys(createRequire(import.meta.url)(dist) as object), names);
});
