// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { membersOf } from '../../lib/unknown.js';
import type { Answer, Connection } from './connection.js';
import { accessType, claim, claimOrder, claimsOf, jwtType } from './exchange-stage.js';
import { evaluated, refused } from './expressions.js';
import type { Fact } from './fact.js';
import { listOf, oauthError, order, refusedBy, refusedWith } from './observe.js';
import type { Stage } from './stage.js';

type StageFact = Fact<Stage>;

const evaluatedFacts: readonly StageFact[] = evaluated.map(({ name, expression, value, fact, begins, evidence }) => ({
  name: `expression.${name}`,
  row: { section: '6.6', begins },
  evidence,
  fact: `${fact}: ${expression}`,
  expected: () => value,
  observe: async (_connection, stage) => claim((await stage.exchanges()).own, `verify-${name}`),
}));

const refusedFacts: readonly StageFact[] = refused.map(({ name, expression, fact, begins, evidence }) => ({
  name: `expression.saved-${name}`,
  row: { section: '6.6', begins },
  evidence,
  fact: `saving ${fact}: ${expression}`,
  expected: () => '400 INVALID_VALUE value',
  observe: async ({ ofApi }, stage) => {
    const { attributes } = await stage.exchanges();
    return refusedWith(await ofApi(attributes, { json: { name: `verify-saved-${name}`, value: expression } }));
  },
}));

/** Exchanges the token of a user. If the user gets no token, that is the answer. */
const exchange = async (stage: Stage, form: Readonly<Record<string, string>> = {}): Promise<Answer> => {
  const exchanges = await stage.exchanges();
  const tokens = await exchanges.ofUser();
  const { access_token: subject } = tokens.body;
  return typeof subject === 'string' ? exchanges.exchange({ subject_token: subject, ...form }) : tokens;
};

const issuerFact = { row: { section: 'management 5.6', begins: '`trustedIssuers` with `name`' }, evidence: 'documented' } as const;
const issuerKeys = { row: { section: 'management 5.6', begins: "An issuer's `jwks` needs" }, evidence: 'inferred' } as const;
const issuerNames = { row: { section: 'management 5.6', begins: 'Names of issuers are unique' }, evidence: 'inferred' } as const;
const issuerTimes = { row: { section: 'management 5.6', begins: '`exp`, `nbf` and `iat` are' }, evidence: 'inferred' } as const;

/** The answer to a new issuer of another name with these members; an accepted one is removed again. */
const tryIssuer = async ({ ofApi }: Connection, stage: Stage, members: object): Promise<string> => {
  const { issuerBody } = await stage.exchanges();
  const answer = await ofApi('/trustedIssuers', { json: { ...issuerBody, name: `${stage.name}-2`, ...members } });
  if (answer.status === 201) await ofApi(`/trustedIssuers/${String(answer.body.id)}`, { method: 'DELETE', evenIfStopped: true });
  return refusedWith(answer);
};

const symmetricKey = JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'verify', use: 'sig' }] });

const tokenFacts: readonly StageFact[] = [
  {
    name: 'application-token.claims',
    row: { section: '6.2', begins: '`p1.rid` is in tokens of applications' },
    evidence: 'documented',
    fact: 'the claims of an application’s token for a custom resource, and their order',
    expected: () => 'client_id iss jti iat exp aud scope env org p1.rid',
    observe: async (_connection, stage) => claimOrder((await stage.exchanges()).own),
  },
  {
    name: 'user-token.claims',
    row: { section: '6.2', begins: '`p1.rid` is in tokens of applications' },
    evidence: 'documented',
    fact: 'the claims of a user’s token by the code grant, and their order',
    expected: () => 'client_id iss jti iat exp aud scope sub sid auth_time acr env org',
    observe: async (_connection, stage) => claimOrder(await (await stage.exchanges()).ofUser()),
  },
  {
    name: 'exchange.members',
    row: { section: '5.1', begins: '`issued_token_type` is the last member' },
    evidence: 'documented',
    fact: 'the members of the answer to a token exchange',
    expected: () => 'access_token token_type expires_in scope issued_token_type',
    observe: async (_connection, stage) => order((await exchange(stage)).body),
  },
  {
    name: 'exchange.audience',
    row: { section: '5.1', begins: '`issued_token_type` is the last member' },
    evidence: 'documented',
    fact: 'the audience when the exchange requests another',
    expected: () => 'that of the resource',
    observe: async (_connection, stage) => {
      const answer = await exchange(stage, { audience: 'https://elsewhere.example.com' });
      const { audience } = await stage.exchanges();
      const got = claim(answer, 'aud');
      return got === JSON.stringify([audience]) ? 'that of the resource' : got;
    },
  },
  {
    name: 'exchange.lifetime',
    row: { section: '5.3', begins: '`expires_in` is 3600' },
    evidence: 'documented',
    fact: 'the lifetime of an exchanged token, in seconds',
    expected: () => '3600',
    observe: async (_connection, stage) => String((await exchange(stage)).body.expires_in),
  },
  {
    name: 'exchange.claims',
    row: { section: '6.2', begins: 'An exchanged token keeps' },
    evidence: 'documented',
    fact: 'the claims of an exchanged token, and their order',
    expected: () => 'client_id iss jti iat exp aud scope sub sid auth_time acr env org',
    observe: async (_connection, stage) => claimOrder(await exchange(stage)),
  },
  {
    name: 'exchange.actor-without-mapping',
    row: { section: '5.1', begins: '`act` appears only if the resource maps it' },
    evidence: 'recorded',
    fact: 'the claims with an actor token if the resource does not map act',
    expected: () => 'client_id iss jti iat exp aud scope sub sid auth_time acr env org',
    observe: async (_connection, stage) => {
      const { access_token: actor } = (await stage.exchanges()).own.body;
      return claimOrder(await exchange(stage, { actor_token: String(actor), actor_token_type: accessType }));
    },
  },
  {
    name: 'exchange.openid',
    row: { section: '5.4', begins: "Token exchange for PingOne's API" },
    evidence: 'recorded',
    fact: 'an exchange for scopes of OpenID Connect',
    expected: () => refusedBy('exchange_custom_resource'),
    observe: async (_connection, stage) => oauthError(await exchange(stage, { scope: 'openid' })),
  },
  {
    name: 'exchange.of-revoked',
    row: { section: '5.1', begins: 'Revoking a token does not' },
    evidence: 'inferred',
    fact: 'whether an exchanged token is active once its subject token is revoked',
    expected: () => 'true',
    observe: async (_connection, stage) => {
      const exchanges = await stage.exchanges();
      const subject = String((await exchanges.newOfUser()).body.access_token);
      const made = await exchanges.exchange({ subject_token: subject });
      await exchanges.revoke(subject);
      const { access_token: token } = made.body;
      return typeof token === 'string' ? String((await exchanges.introspect(token)).body.active) : oauthError(made);
    },
  },
  {
    name: 'exchange.session-over',
    row: { section: '5.1', begins: "For a user's token, the session" },
    evidence: 'documented',
    fact: 'a subject token whose session has ended',
    expected: () => refusedBy('subject_session_alive'),
    observe: async ({ ofApi }, stage) => {
      const exchanges = await stage.exchanges();
      const tokens = await exchanges.newOfUser();
      const session = String(claimsOf(tokens)?.sid);
      await ofApi(`/users/${String(stage.user.body.id)}/sessions/${session}`, { method: 'DELETE' });
      return oauthError(await exchanges.exchange({ subject_token: String(tokens.body.access_token) }));
    },
  },
  {
    name: 'introspection.id-token',
    row: { section: '7.2', begins: 'An ID token can be introspected' },
    evidence: 'documented',
    fact: 'introspection of an ID token by the application that it was issued to',
    expected: () => 'true',
    observe: async (_connection, stage) => {
      const exchanges = await stage.exchanges();
      const tokens = await exchanges.ofUser();
      const { status, body } = await exchanges.introspect(String(tokens.body.id_token));
      return String(body.active ?? status);
    },
  },
  {
    name: 'sessions.members',
    row: { section: 'management 6.3', begins: "A user's sessions, with browser" },
    evidence: 'documented',
    fact: 'the members of a user’s session',
    expected: () =>
      '_links id environment user createdAt activeAt expiresAt idleTimeoutInMinutes userAgent browser device locations lastSignOn',
    observe: async ({ ofApi }, stage) => {
      await (await stage.exchanges()).ofUser();
      const { body } = await ofApi(`/users/${String(stage.user.body.id)}/sessions`);
      return order(listOf(membersOf(body._embedded).sessions)[0]);
    },
  },
  {
    name: 'sessions.created-without-user',
    row: { section: 'management 6.3', begins: 'Which values of a created or replaced session' },
    evidence: 'inferred',
    fact: 'a session without its members',
    expected: () => '400 EMPTY_VALUE activeAt',
    observe: async ({ ofApi }) => {
      return refusedWith(await ofApi('/sessions', { json: {} }));
    },
  },
  {
    name: 'sessions.cookie-settings-set',
    row: { section: 'management 6.3', begins: 'POST `ssoCookieSettings` answers 200' },
    evidence: 'inferred',
    fact: 'ssoCookieSettings set to their present values',
    expected: () => '200 _links environment useNonPersistentSessionTokenCookie',
    observe: async ({ ofApi }) => {
      const { useNonPersistentSessionTokenCookie = false } = (await ofApi('/ssoCookieSettings')).body;
      const set = await ofApi('/ssoCookieSettings', { json: { useNonPersistentSessionTokenCookie } });
      return `${set.status} ${order(set.body)}`;
    },
  },
  {
    name: 'issuer.members',
    ...issuerFact,
    fact: 'the members of a trusted issuer',
    expected: () => '_links id environment createdAt updatedAt name issuer jwks clockSkew',
    observe: async (_connection, stage) => order((await stage.exchanges()).issuer.body),
  },
  {
    name: 'issuer.clock-skew',
    ...issuerFact,
    fact: 'an issuer with a clock skew of 61 seconds',
    expected: () => '400 OUT_OF_RANGE clockSkew',
    observe: (connection, stage) => tryIssuer(connection, stage, { clockSkew: 61 }),
  },
  {
    name: 'issuer.without-keys',
    ...issuerFact,
    fact: 'an issuer without keys',
    expected: () => '400 INVALID_VALUE jwks',
    observe: (connection, stage) => tryIssuer(connection, stage, { jwks: undefined }),
  },
  {
    name: 'issuer.symmetric-key',
    ...issuerKeys,
    fact: 'an issuer with a symmetric key',
    expected: () => '400 INVALID_VALUE jwks',
    observe: (connection, stage) => tryIssuer(connection, stage, { jwks: symmetricKey }),
  },
  {
    name: 'issuer.name-taken',
    ...issuerNames,
    fact: 'an issuer whose name is taken',
    expected: () => '400 UNIQUENESS_VIOLATION name',
    observe: (connection, stage) => tryIssuer(connection, stage, { name: stage.name }),
  },
  {
    name: 'issuer.assigned-twice',
    ...issuerNames,
    fact: 'an issuer assigned twice',
    expected: () => '400 UNIQUENESS_VIOLATION trustedIssuer.id',
    observe: async ({ ofApi }, stage) => {
      const { applicationId, issuer } = await stage.exchanges();
      const json = { trustedIssuer: { id: issuer.body.id } };
      return refusedWith(await ofApi(`/applications/${applicationId}/trustedIssuerAssignments`, { json }));
    },
  },
  {
    name: 'issuer.exchange',
    row: { section: 'management 5.6', begins: 'A JWT from an issuer that is assigned' },
    evidence: 'documented',
    fact: 'the claims of a token exchanged for one from a trusted issuer',
    expected: () => 'client_id iss jti iat exp aud scope env org',
    observe: async (_connection, stage) => {
      const exchanges = await stage.exchanges();
      return claimOrder(await exchanges.exchange({ subject_token: await exchanges.issuerToken(300), subject_token_type: jwtType }));
    },
  },
  {
    name: 'issuer.expired-token',
    ...issuerTimes,
    fact: 'an issuer’s token that has expired',
    expected: () => refusedBy('subject_token_good'),
    observe: async (_connection, stage) => {
      const exchanges = await stage.exchanges();
      return oauthError(await exchanges.exchange({ subject_token: await exchanges.issuerToken(-30), subject_token_type: jwtType }));
    },
  },
];

/** Facts that change the mappings of the resource, so they are asked last. */
const mappingFacts: readonly StageFact[] = [
  {
    name: 'attribute.required',
    row: { section: '5.4', begins: 'A required attribute without a value' },
    evidence: 'recorded',
    fact: 'a token when a required attribute has no value',
    expected: () => refusedBy('access_token_attribute_has_value', { got: 'verify-required' }),
    observe: async ({ ofApi }, stage) => {
      const { attributes, ask } = await stage.exchanges();
      const nothing = { name: 'verify-required', value: '${context.requestData.actorTokenType}', required: true };
      const { body } = await ofApi(attributes, { json: nothing });
      const answer = await ask({ grant_type: 'client_credentials', scope: `${stage.name}:read` });
      await ofApi(`${attributes}/${String(body.id)}`, { method: 'DELETE' });
      return oauthError(answer);
    },
  },
  {
    name: 'attribute.kept-required',
    row: { section: '6.6', begins: "A resource's attribute may be required" },
    evidence: 'recorded',
    fact: 'the members of an attribute that is required',
    expected: () => '_links id environment name type value required resource: true',
    observe: async ({ ofApi }, stage) => {
      const { attributes } = await stage.exchanges();
      const made = await ofApi(attributes, { json: { name: 'verify-kept', value: 'x', required: true } });
      return `${order(made.body)}: ${String(made.body.required)}`;
    },
  },
  {
    name: 'exchange.mapped-sub',
    row: { section: '6.2', begins: '`p1.userId` is the last claim' },
    evidence: 'documented',
    fact: 'the claims of an exchanged token whose sub is mapped by an expression',
    expected: () => 'client_id iss jti iat exp aud scope sub sid auth_time acr env org p1.userId',
    observe: async ({ ofApi }, stage) => {
      const { attributes } = await stage.exchanges();
      const all = listOf(membersOf((await ofApi(attributes)).body._embedded).attributes).map(membersOf);
      const id = String(all.find(({ name }) => name === 'sub')?.id);
      const value = '${#root.context.requestData.subjectToken.sub ?: user.id}';
      await ofApi(`${attributes}/${id}`, { method: 'PUT', json: { name: 'sub', value } });
      return claimOrder(await exchange(stage));
    },
  },
];

/** Expressions, tokens of custom resources and their exchange, trusted issuers, and sessions. */
export const exchangeFacts: readonly StageFact[] = [...evaluatedFacts, ...refusedFacts, ...tokenFacts, ...mappingFacts];
