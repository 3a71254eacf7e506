import { membersOf } from '../../lib/unknown.js';
import type { Answer, Connection } from './connection.js';
import { challenge, nothing } from './constants.js';
import { claimOrder, idTokenOf } from './exchange-stage.js';
import type { Fact } from './fact.js';
import { oauthError, order, pageError, redirectedBy, redirectedError, refusal, refusedBy, refusedWith } from './observe.js';
import { flowAction, redirectUri, type Stage } from './stage.js';

type StageFact = Fact<Stage>;

const authorize = ({ ofAuth }: Connection, query: string) => ofAuth(`/as/authorize?${query}`);

const begin = (connection: Connection, { authorizeQuery }: Stage, parameters = {}) =>
  authorize(connection, authorizeQuery({ ...challenge, response_mode: 'pi.flow', ...parameters }));

/** Status and code of an action of a new flow. */
async function act(connection: Connection, stage: Stage, action: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { body: flow } = await begin(connection, stage);
  const { authorization, ...others } = headers;
  const { status, body } = await connection.ofAuth(`/flows/${String(flow.id)}`, {
    json: { username: stage.username, password: 'wrong', otp: '000000' },
    headers: { 'content-type': flowAction(action), ...others },
    ...(authorization !== undefined && { authorization }),
  });
  return `${status} ${String(body.code)}`;
}

/** A pushed request of the application; undefined leaves a parameter out. */
const push = ({ ofAuth }: Connection, { authorizeQuery }: Stage, parameters = {}): Promise<Answer> =>
  ofAuth('/as/par', { form: Object.fromEntries(new URLSearchParams(authorizeQuery({ ...challenge, ...parameters }))) });

/** An application with these members, which `work` receives and which is removed afterwards; its refusal, where it gets none. */
async function tryApplication(
  { ofApi }: Connection,
  stage: Stage,
  members: object,
  work: (made: Answer) => Promise<string> = async ({ status }) => String(status),
): Promise<string> {
  const answer = await ofApi('/applications', { json: { ...stage.webApplication, name: `${stage.name}-2`, ...members } });
  if (answer.status !== 201) return refusedWith(answer);
  try {
    return await work(answer);
  } finally {
    await ofApi(`/applications/${String(answer.body.id)}`, { method: 'DELETE', evenIfStopped: true });
  }
}

/** A user who signs on at an application with refresh tokens; `work` can use the first of them more than once. */
const withRefreshToken = (connection: Connection, stage: Stage, work: (refresh: () => Promise<Answer>) => Promise<string>) =>
  tryApplication(connection, stage, { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'] }, async (made) => {
    const client = { client_id: String(made.body.id) };
    const { code, codeVerifier } = await stage.signOn(client);
    const ask = async (form: Readonly<Record<string, string>>) => {
      const answer = await connection.ofAuth('/as/token', { form: { ...client, ...form } });
      for (const name of ['access_token', 'id_token', 'refresh_token']) connection.hide(answer.body[name], '{token}');
      return answer;
    };
    const redirect = { redirect_uri: redirectUri };
    const tokens = await ask({ grant_type: 'authorization_code', code, code_verifier: codeVerifier, ...redirect });
    const { refresh_token: token } = tokens.body;
    if (typeof token !== 'string') return `no refresh token: ${tokens.status} ${order(tokens.body)}`;
    return work(() => ask({ grant_type: 'refresh_token', refresh_token: token }));
  });

/** A code of the application whose PKCE is optional, redeemed by this verifier. */
async function redeemOptional(stage: Stage, parameters: Readonly<Record<string, string | undefined>>, verifier?: string): Promise<string> {
  const { applicationId, ask } = await stage.exchanges();
  const { code } = await stage.signOn({ client_id: applicationId, ...parameters });
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  return oauthError(await ask({ ...form, ...(verifier !== undefined && { code_verifier: verifier }) }));
}

/** Authorization requests, flows and their results. */
export const flowFacts: readonly StageFact[] = [
  {
    name: 'authorize.repeated-parameter',
    row: { section: '3.1', begins: 'A repeated parameter is refused' },
    evidence: 'inferred',
    fact: 'a repeated parameter',
    expected: () => redirectedBy('authorize_parameter_once', { got: 'scope' }),
    observe: async (connection, { authorizeQuery }) =>
      redirectedError(await authorize(connection, `${authorizeQuery(challenge)}&scope=openid`)),
  },
  {
    name: 'authorize.id-token-hint',
    row: { section: '3.1', begins: '`id_token_hint` is ignored at' },
    evidence: 'inferred',
    fact: 'an id_token_hint that is not a token',
    expected: () => '200, a flow',
    observe: async (connection, stage) => {
      const { status, body } = await begin(connection, stage, { id_token_hint: 'nothing' });
      return `${status}, ${typeof body.resumeUrl === 'string' ? 'a flow' : 'no flow'}`;
    },
  },
  {
    name: 'authorize.default-policy',
    row: { section: '3.5', begins: '`acr_values` is refused in the same' },
    evidence: 'inferred',
    fact: 'the environment’s default policy in acr_values, not assigned',
    expected: () => redirectedBy('acr_values_assigned'),
    observe: async (connection, { authorizeQuery }) =>
      redirectedError(await authorize(connection, authorizeQuery({ ...challenge, acr_values: 'Single_Factor' }))),
  },
  {
    name: 'flow.other-accept',
    row: { section: '4.3', begins: '`Accept` is ignored' },
    evidence: 'inferred',
    fact: 'an action with Accept: text/html',
    expected: () => '400 INVALID_DATA',
    observe: (connection, stage) => act(connection, stage, 'usernamePassword.check', { accept: 'text/html' }),
  },
  {
    name: 'flow.authorization',
    row: { section: '4.3', begins: '`Authorization` is ignored' },
    evidence: 'inferred',
    fact: 'an action with an invalid bearer token',
    expected: () => '400 INVALID_DATA',
    observe: (connection, stage) => act(connection, stage, 'usernamePassword.check', { authorization: 'Bearer nothing' }),
  },
  {
    name: 'flow.action-not-offered',
    row: { section: '4.3', begins: 'An action that the status does not offer' },
    evidence: 'inferred',
    fact: 'a passcode although the flow asks for a password',
    expected: () => '400 INVALID_DATA',
    observe: (connection, stage) => act(connection, stage, 'otp.check'),
  },
  {
    name: 'flow.lifetime',
    row: { section: '4.1', begins: 'A flow ends after fifteen minutes' },
    evidence: 'documented',
    fact: 'the time from createdAt to expiresAt',
    expected: () => '15 minutes',
    observe: async (connection, stage) => {
      const { body } = await begin(connection, stage);
      const [from, to] = [body.createdAt, body.expiresAt].map((time) => Date.parse(String(time)));
      return `${Math.round((Number(to) - Number(from)) / 60_000)} minutes`;
    },
  },
  {
    name: 'par.answer',
    row: { section: '7.5', begins: '201 with a `request_uri`' },
    evidence: 'documented',
    fact: 'the answer to a pushed request',
    expected: () => '201 request_uri expires_in: 60',
    observe: async (connection, stage) => {
      const answer = await push(connection, stage);
      return answer.status < 400 ? `${answer.status} ${order(answer.body)}: ${String(answer.body.expires_in)}` : oauthError(answer);
    },
  },
  {
    name: 'par.mistake',
    row: { section: '7.5', begins: 'Errors are reported at once' },
    evidence: 'recorded',
    fact: 'a pushed request with a redirect URI that is not registered',
    expected: () => '400 invalid_request',
    observe: async (connection, stage) => {
      const { status, body } = await push(connection, stage, { redirect_uri: 'https://other.example.com/' });
      return `${status} ${String(body.error)}`;
    },
  },
  {
    name: 'par.unknown',
    row: { section: '7.5', begins: 'Errors when it is used' },
    evidence: 'inferred',
    fact: 'a request_uri that was never issued',
    expected: () => {
      const message = 'The request_uri is unknown, expired or used already';
      return refusal(302, 'REQUEST_FAILED', [{ code: 'INVALID_REQUEST_URI', message }]);
    },
    observe: async (connection, { application }) => {
      const request = `urn:ietf:params:oauth:request_uri:${nothing}`;
      return pageError(
        await authorize(connection, new URLSearchParams({ client_id: String(application.body.id), request_uri: request }).toString()),
      );
    },
  },
  {
    name: 'code.verifier-of-optional',
    row: { section: '9', begins: 'A request with a challenge makes' },
    evidence: 'inferred',
    fact: 'no verifier for a challenge that the application need not send',
    expected: () => refusedBy('verifier_present', { using: 'S256' }),
    observe: (_connection, stage) => redeemOptional(stage, {}),
  },
  {
    name: 'code.verifier-without-challenge',
    row: { section: '9', begins: 'A request with a challenge makes' },
    evidence: 'inferred',
    fact: 'a verifier without a challenge',
    expected: () => refusedBy('no_verifier_without_challenge'),
    observe: (_connection, stage) => redeemOptional(stage, { code_challenge: undefined, code_challenge_method: undefined }, 'c'.repeat(43)),
  },
  {
    name: 'id-token.claims',
    row: { section: '6.3', begins: 'The claims and their order' },
    evidence: 'recorded',
    fact: 'the claims of an ID token, and their order',
    expected: () => 'iss sub aud iat exp acr amr auth_time at_hash sid env org p1.region',
    observe: async (_connection, stage) => claimOrder(idTokenOf(await (await stage.exchanges()).ofUser())),
  },
  {
    name: 'id-token.amr',
    row: { section: '3.4', begins: '`amr` has `pwd` after' },
    evidence: 'inferred',
    fact: 'amr after a password',
    expected: () => '["pwd"]',
    observe: async (_connection, stage) => JSON.stringify(idTokenOf(await (await stage.exchanges()).ofUser()).claims?.amr) ?? 'none',
  },
  {
    name: 'refresh.members',
    row: { section: '5.5', begins: 'A refresh gives a new access token' },
    evidence: 'documented',
    fact: 'the members of the answer to a refresh, in any order',
    expected: () => 'access_token expires_in id_token refresh_token scope token_type',
    observe: (connection, stage) =>
      withRefreshToken(connection, stage, async (refresh) => {
        const answer = await refresh();
        return answer.status < 400 ? Object.keys(answer.body).sort().join(' ') : oauthError(answer);
      }),
  },
  {
    name: 'refresh.used',
    row: { section: '5.5', begins: 'Reuse of a rotated token revokes' },
    evidence: 'documented',
    fact: 'a refresh token used twice',
    expected: () => '400 invalid_grant',
    observe: (connection, stage) =>
      withRefreshToken(connection, stage, async (refresh) => {
        await refresh();
        const { status, body } = await refresh();
        return `${status} ${String(body.error)}`;
      }),
  },
  {
    name: 'revoke.answer',
    row: { section: '7.3', begins: '200 with an empty body' },
    evidence: 'inferred',
    fact: 'the answer to a revocation',
    expected: () => '200, empty',
    observe: async (_connection, stage) => {
      const { revoke } = await stage.exchanges();
      const { status, text } = await revoke('nothing');
      return `${status}, ${text === '' ? 'empty' : 'with a body'}`;
    },
  },
  {
    name: 'introspection.members',
    row: { section: '7.2', begins: 'An active answer has the members' },
    evidence: 'inferred',
    fact: 'the members of the answer for an application’s own token',
    expected: () => 'active scope client_id token_type exp iat aud iss jti',
    observe: async (_connection, stage) => {
      const { introspect, own } = await stage.exchanges();
      const names = Object.keys((await introspect(String(own.body.access_token))).body);
      return names.filter((name) => !name.startsWith('verify-')).join(' ');
    },
  },
  {
    name: 'introspection.malformed',
    row: { section: '7.2', begins: "Another client's token" },
    evidence: 'recorded',
    fact: 'introspection of something that is not a token',
    expected: () => '200 active: false',
    observe: async (_connection, stage) => {
      const { status, body } = await (await stage.exchanges()).introspect('nothing');
      return `${status} ${order(body)}: ${String(body.active)}`;
    },
  },
  {
    name: 'device.answer',
    row: { section: '7.6', begins: '`device_code`, `user_code`' },
    evidence: 'documented',
    fact: 'the answer to a device authorization, and the form of its user code',
    expected: () => 'device_code user_code verification_uri verification_uri_complete expires_in interval: XXXX-XXXX',
    observe: async (_connection, stage) => {
      const { answer } = await stage.device();
      return answer.status < 400
        ? `${order(answer.body)}: ${String(answer.body.user_code).replaceAll(/[A-Z0-9]/g, 'X')}`
        : oauthError(answer);
    },
  },
  {
    name: 'device.pending',
    row: { section: '7.6', begins: 'The answers to a poll' },
    evidence: 'documented',
    fact: 'a poll before anyone has decided',
    expected: () => '400 authorization_pending',
    observe: async ({ ofAuth }, stage) => {
      const { clientId, answer } = await stage.device();
      const grant = 'urn:ietf:params:oauth:grant-type:device_code';
      const form = { grant_type: grant, client_id: clientId, device_code: String(answer.body.device_code) };
      const { status, body } = await ofAuth('/as/token', { form });
      return `${status} ${String(body.error)}`;
    },
  },
];

/** The values that applications and users may have. */
export const directoryFacts: readonly StageFact[] = [
  {
    name: 'application.script-redirect',
    row: { section: '3.1.1', begins: 'Schemes that a browser runs, displays' },
    evidence: 'inferred',
    fact: 'an application with a redirect URI that is a script',
    expected: () => '400 INVALID_VALUE redirectUris',
    observe: (connection, stage) => tryApplication(connection, stage, { redirectUris: ['javascript:alert(1)'] }),
  },
  {
    name: 'application.http-redirect',
    row: { section: 'management 3.8', begins: '`http` on other hosts' },
    evidence: 'inferred',
    fact: 'an application with an http redirect URI',
    expected: () => '201',
    observe: (connection, stage) => tryApplication(connection, stage, { redirectUris: ['http://app.example.com/callback'] }),
  },
  {
    name: 'application.unknown-group',
    row: { section: 'management 3.3', begins: 'A group must exist' },
    evidence: 'inferred',
    fact: 'an application for a group that does not exist',
    expected: () => '400 INVALID_VALUE accessControl.group.groups',
    observe: (connection, stage) =>
      tryApplication(connection, stage, { accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: nothing }] } } }),
  },
  {
    name: 'application.icon',
    row: { section: 'management 3.4', begins: 'Stored addresses of pages' },
    evidence: 'inferred',
    fact: 'an application whose icon has an ftp address',
    expected: () => '400 INVALID_VALUE icon.href',
    observe: (connection, stage) => tryApplication(connection, stage, { icon: { id: nothing, href: 'ftp://example.com/icon.png' } }),
  },
  {
    name: 'token.disabled-application',
    row: { section: '5.4', begins: 'A disabled application: 401' },
    evidence: 'inferred',
    fact: 'a token request by a disabled application',
    expected: () => refusedBy('client_enabled'),
    observe: (connection, stage) =>
      tryApplication(connection, stage, { enabled: false }, async ({ body }) => {
        const form = { grant_type: 'authorization_code', client_id: String(body.id), code: nothing, redirect_uri: redirectUri };
        return oauthError(await connection.ofAuth('/as/token', { form }));
      }),
  },
  {
    name: 'user.linked-accounts',
    row: { section: 'management 6.3', begins: '`linkedAccounts` of a user without' },
    evidence: 'inferred',
    fact: 'the linked accounts of a new user',
    expected: () => '200, an empty list',
    observe: async ({ ofApi }, { user }) => {
      const { status, body } = await ofApi(`/users/${String(user.body.id)}/linkedAccounts`);
      const { linkedAccounts } = membersOf(body._embedded);
      return `${status}, ${Array.isArray(linkedAccounts) && linkedAccounts.length === 0 ? 'an empty list' : 'no empty list'}`;
    },
  },
];
