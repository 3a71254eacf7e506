import t, { type Test } from 'tap';
import { startMock } from '../../src/index.js';
import { type Check, startRelyingParty } from '../library/relying-party.js';

interface Kind {
  readonly without?: readonly Check[];
  readonly early?: boolean;
  readonly beside?: string;
  readonly foreignReturn?: 'refused' | 'at once';
}

async function findingsOf(t: Test, kind: Kind, only: readonly string[], more: { readonly protectedPage?: string } = {}) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, ...kind });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  return (await mock.checkup({ start, only, ...more })).findings;
}

async function wrongOf(t: Test, kind: Kind, more: { readonly protectedPage?: string } = {}) {
  const findings = await findingsOf(t, kind, ['session-fixation', 'cookie-'], more);
  return findings.filter(({ id }) => id !== 'cookie-secure').map(({ id, verdict, remark = '' }) => [id, verdict, remark]);
}

const right = [
  ['session-fixation', 'refused', ''],
  ['cookie-readable', 'refused', ''],
  ['cookie-same-site', 'refused', ''],
];
const wrong = [
  ['session-fixation', 'accepted', 'as before the sign-on: sid'],
  ['cookie-readable', 'accepted', 'sid has no HttpOnly'],
  ['cookie-same-site', 'accepted', 'sid has no SameSite'],
];

t.test('the cookie that carries the session is judged, wherever it is set', async (t) => {
  const kind: Kind = { early: true, without: ['HttpOnly', 'SameSite'] };
  t.same(await wrongOf(t, kind), wrong);
  t.same(await wrongOf(t, { ...kind, beside: 'theme=dark; Path=/; HttpOnly; SameSite=Lax' }), wrong, 'beside another one that is right');
});

t.test('a cookie without which the person is still signed on is not judged', async (t) => {
  t.same(await wrongOf(t, { beside: 'theme=dark; Path=/' }), right);
});

t.test('without a page that shows who is signed on, nothing is known of its cookies', async (t) => {
  const found = await wrongOf(t, { without: ['HttpOnly'] }, { protectedPage: 'http://127.0.0.1:1/' });
  t.same(
    new Set(found.map(([, ...rest]) => rest.join(': '))),
    new Set(['does not apply: no page shows who is signed on; --protected gives one']),
  );
});

t.test('an application may refuse to begin with a foreign address to return to, and the checkup goes on', async (t) => {
  t.match(await findingsOf(t, { foreignReturn: 'refused' }, ['open-redirector', 'state-missing']), [
    { id: 'open-redirector', verdict: 'refused', ok: true },
    { id: 'state-missing', verdict: 'refused', ok: true },
  ]);
});

t.test('one that leads to a foreign address is an open redirector, which the checkup does not call', async (t) => {
  const called: string[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    called.push(new URL(input instanceof Request ? input.url : input).hostname);
    return fetch(input, init);
  };
  t.teardown(() => {
    globalThis.fetch = fetch;
  });
  const only = ['open-redirector'];
  t.match(await findingsOf(t, { foreignReturn: 'at once' }, only), [{ verdict: 'accepted', remark: 'by returnTo, before the sign-on' }]);
  t.match(await findingsOf(t, { without: ['own way back'] }, only), [{ verdict: 'accepted', remark: 'by returnTo' }]);
  t.ok(called.length > 0);
  t.notOk(called.includes('attacker.example'));
});
