import t from 'tap';
import { verifyAccessToken } from '../../src/environment/access-token.js';
import type { Environment } from '../../src/environment/context.js';
import { authorize, redeem } from '../helpers/client.js';
import { buildTestServer, ids } from '../helpers/server.js';

/** The first check that failed for a token; undefined if all held. */
const refusedBy = async (environment: Environment, token: string): Promise<string | undefined> =>
  (await verifyAccessToken(environment, token)).checks.find(({ ok }) => !ok)?.rule;

/** Texts that a lenient decoder reads as the token itself. */
const written: Record<string, (token: string) => string> = {
  'a padded signature': (token) => `${token}=`,
  'a blank in the signature': (token) => `${token.slice(0, -4)} ${token.slice(-4)}`,
  'a character that base64url does not have': (token) => `${token.slice(0, -4)}!${token.slice(-4)}`,
  'a fourth part': (token) => `${token}.e30`,
  'an empty fourth part': (token) => `${token}.`,
  'no signature': (token) => `${token.split('.', 2).join('.')}.`,
  'the signature of another token': (token) => `${token.slice(0, -8)}AAAAAAAA`,
};

t.test('an access token counts only as it was issued, to the character', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  t.equal(await refusedBy(environment, token), undefined, 'as it was issued');
  for (const [name, write] of Object.entries(written))
    t.match(await refusedBy(environment, write(token)), /^token_(readable|signature)$/, name);
});

/** Headers and payloads that our own key signs only because a test asked for it. */
const signed: readonly (readonly [name: string, header: object, payload: object])[] = [
  ['another algorithm', { alg: 'none' }, {}],
  ['critical extensions', { alg: 'RS256', crit: ['b64'], b64: true }, {}],
  ['an unencoded payload', { alg: 'RS256', b64: false }, {}],
  ['a moment before which it must not be used', { alg: 'RS256' }, { nbf: 1 }],
  ['an expiry that is not a number', { alg: 'RS256' }, { exp: '9' }],
  ['no object as its payload', { alg: 'RS256' }, []],
];

t.test('a token with a header or times that cannot be relied on is refused, even if our own key signed it', async (t) => {
  const { environment } = await buildTestServer(t);
  const { current } = environment.keys;
  for (const [name, header, payload] of signed)
    t.equal(await refusedBy(environment, await current.sign({ ...header, kid: current.kid }, payload)), 'token_signature', name);
});

t.test('a token that was verified before is judged anew by all that can change', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  const { keys, store } = environment;
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  t.equal(await refusedBy(environment, token), undefined);
  t.equal(await refusedBy(environment, token), undefined, 'the second time');
  await keys.rotate();
  t.equal(await refusedBy(environment, token), undefined, 'the key is the previous one');
  await keys.dropPrevious();
  t.equal(await refusedBy(environment, token), 'token_key', 'the key is gone');
  const { access_token: second } = (await redeem(app, await authorize(app))).json();
  t.equal(await refusedBy(environment, second), undefined);
  const application = await store.applications.get(ids.spa);
  if (!application) throw new Error('there is no such application');
  await store.applications.put({ ...application, enabled: false });
  t.equal(await refusedBy(environment, second), 'token_application_enabled');
  await store.applications.put(application);
  t.equal(await refusedBy(environment, second), undefined);
  await clock.advance(3_600_000);
  t.equal(await refusedBy(environment, second), 'token_fresh');
});
