/** The private key of an application that proves itself by private_key_jwt: pasted, read from a file, or made here. */
import { announce, button, field, fill, h } from './dom.js';
import { call, read } from './management.js';
import { keep } from './playground-address.js';

const hashes = { RS256: 'SHA-256', RS384: 'SHA-384', RS512: 'SHA-512' };
const algorithmOf = (alg) => ({ name: 'RSASSA-PKCS1-v1_5', hash: hashes[alg] });

/** WebCrypto; browsers have it on https and localhost only. */
const subtle = () => {
  if (!crypto.subtle) throw new Error('browsers sign on https and localhost only. Open this page there.');
  return crypto.subtle;
};

/** The algorithm and the key id of a private JWK, and the JWK as WebCrypto takes it. */
export function readKey(text) {
  if (text === '') throw new Error('the application needs its private key: paste it, or make one, in step 1.');
  let key;
  try {
    key = JSON.parse(text);
  } catch {
    throw new Error('the private key is not JSON. A JWK begins with {"kty":"RSA".');
  }
  // A JWK set with one key is what some tools write.
  if (Array.isArray(key?.keys)) key = key.keys.find(({ d }) => d !== undefined) ?? key.keys[0];
  const { kty, alg = 'RS256', kid, n, e, d, p, q, dp, dq, qi } = Object(key);
  if (kty !== 'RSA') throw new Error('the key is not an RSA key as JWK (kty is RSA). PingOne takes RS256, RS384 and RS512 only.');
  if (d === undefined) throw new Error('this is a public key: it has no member d. The application signs with the private one.');
  if (!Object.hasOwn(hashes, alg)) throw new Error(`the key is for ${alg}. PingOne takes RS256, RS384 and RS512 only.`);
  return { alg, kid, hash: hashes[alg], jwk: { kty, n, e, d, p, q, dp, dq, qi } };
}

/** Signs with a private JWK. */
export async function signWith({ alg, jwk }, bytes) {
  const algorithm = algorithmOf(alg);
  const key = await subtle()
    .importKey('jwk', jwk, algorithm, false, ['sign'])
    .catch(() => {
      throw new Error('the browser cannot read the private key: members of the JWK are missing or wrong.');
    });
  return new Uint8Array(await subtle().sign(algorithm.name, key, bytes));
}

/** A new key for RS256, as JWK. */
async function makeKey() {
  const algorithm = { ...algorithmOf('RS256'), modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { privateKey } = await subtle().generateKey(algorithm, true, ['sign']);
  const { kty, n, e, d, p, q, dp, dq, qi } = await subtle().exportKey('jwk', privateKey);
  return { kty, kid: `playground-${n.slice(0, 8)}`, alg: 'RS256', use: 'sig', n, e, d, p, q, dp, dq, qi };
}

const publicHalf = ({ alg, kid, jwk: { kty, n, e } }) => ({ kty, ...(kid !== undefined && { kid }), alg, use: 'sig', n, e });

/** Adds a public key to those of the application. PingOne takes either a set or its URL, so a URL is removed. */
async function register({ data: { environment, application } }, key) {
  const path = `applications/${application.id}`;
  const { _links, _embedded, id, environment: _, createdAt, updatedAt, jwksUrl, ...members } = await read(environment.id, path);
  const earlier = members.jwks === undefined ? [] : JSON.parse(members.jwks).keys;
  const added = publicHalf(key);
  const keys = [...earlier.filter(({ n }) => n !== added.n), added];
  const answer = await call(environment.id, { method: 'PUT', path, body: { ...members, jwks: JSON.stringify({ keys }) } });
  if (!answer.ok) throw new Error(answer.json?.details?.[0]?.message ?? answer.json?.message ?? `the server answered ${answer.status}`);
  return jwksUrl;
}

/** The field for the key, and the buttons that make and register one. */
export function keyField(play) {
  const { session, data } = play;
  const { id } = data.application;
  session.keys ??= {};
  const input = h('textarea.code', {
    id: 'play-key',
    rows: 3,
    value: session.keys[id] ?? '',
    spellcheck: false,
    autocomplete: 'off',
    placeholder: '{"kty":"RSA","d":…}',
    oninput: () => take(input.value),
  });
  const said = h('div', { role: 'status' });
  const say = (text, look = 'muted') => fill(said, text && h(`p.${look}`, text));
  const take = (text) => {
    session.keys[id] = text.trim();
    keep(session);
    try {
      if (text.trim() !== '') readKey(text);
      say('');
    } catch ({ message }) {
      say(`Not yet: ${message}`, 'problem');
    }
    play.changed();
  };
  const set = (text) => {
    input.value = text;
    take(text);
  };
  const file = h('input', {
    id: 'play-key-file',
    type: 'file',
    accept: '.json,.jwk,.jwks,application/json',
    onchange: async () => {
      const [chosen] = file.files;
      // A key has 2 kB; more is another file.
      if (chosen) set(chosen.size > 100_000 ? '' : await chosen.text());
      if (chosen?.size > 100_000) say('This file is too large to be a key.', 'problem');
    },
  });
  const attempt = (work) => async () => {
    try {
      await work();
    } catch ({ message }) {
      say(`Not done: ${message}`, 'problem');
    }
  };
  const registerIt = async () => {
    const removed = await register(play, readKey(input.value));
    say(`✓ The application has the public key.${removed === undefined ? '' : ` It replaces its jwksUrl, ${removed}.`}`);
    announce('The public key is registered');
  };
  return h(
    'div.play-key',
    field(
      'Its private key (JWK)',
      input,
      h('small.muted', 'It stays in this tab: assertions are signed here, and the server sees the public key only.'),
    ),
    field('or from a file', file),
    h(
      'div.row',
      button(
        'Make a key and register it',
        attempt(async () => {
          set(JSON.stringify(await makeKey()));
          await registerIt();
        }),
      ),
      button('Register its public key', attempt(registerIt)),
    ),
    said,
  );
}
