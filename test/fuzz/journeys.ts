import { basic } from '../helpers/client.js';
import { environmentId, ids } from '../helpers/server.js';
import type { Chance } from './chance.js';
import { everything, withFlow } from './environment.js';
import { encode, encodePairs, type FuzzAnswer, type FuzzRequest, formType, headerValue, type Pairs, type Send, signed } from './request.js';
import { hostileText, hostileValues } from './values.js';

/** Sign-ons and grants that are right but for a few mutations, which one can send again with fresh codes. */

/** A change of one step. */
export interface Mutation {
  /** The step that it changes, from 0. */
  readonly step: number;
  readonly change: 'drop' | 'set' | 'twice' | 'again' | 'method' | 'skip' | 'body' | 'header';
  /** Which of the step's parameters or headers, from 0 and counted around. */
  readonly which: number;
  readonly value: string;
}

export interface Plan {
  readonly journey: string;
  readonly mutations: readonly Mutation[];
}

/** What the steps of a journey have learned. */
type Known = Record<string, string>;

interface Step {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Pairs;
  readonly form?: Pairs;
  readonly json?: object;
  /** The action of a flow, for its media type. */
  readonly action?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Journey = readonly ((known: Known) => Step)[];

const as = `/${environmentId}/as`;
const redirectUri = 'http://localhost:3000/callback';
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const grant = (name: string): string => `urn:ietf:params:oauth:${name}`;
const token = (form: Pairs, headers: Step['headers'] = {}): Step => ({ method: 'POST', path: `${as}/token`, form, headers });
const bearer = ({ access_token: accessToken = 'x' }: Known) => ({ authorization: `Bearer ${accessToken}` });
const asked = (clientId: string, more: Pairs = []): Pairs => [
  ['response_type', 'code'],
  ['client_id', clientId],
  ['redirect_uri', redirectUri],
  ['scope', 'openid profile'],
  ['state', 's'],
  ['nonce', 'n'],
  ['code_challenge', challenge],
  ['code_challenge_method', 'S256'],
  ...more,
];

const authorize =
  (clientId: string, more: Pairs = []) =>
  (): Step => ({ method: 'GET', path: `${as}/authorize`, query: asked(clientId, more) });
const act =
  (action: string, json: object) =>
  ({ flowId = 'x' }: Known): Step => ({ method: 'POST', path: `/${environmentId}/flows/${flowId}`, action, json });
const signOn = act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
const readFlow = ({ flowId = 'x' }: Known): Step => ({ method: 'GET', path: `/${environmentId}/flows/${flowId}` });
const resume = ({ flowId = 'x', cookie }: Known): Step => ({
  method: 'GET',
  path: `${as}/resume`,
  query: [['flowId', flowId]],
  headers: cookie === undefined ? {} : { cookie },
});
const redeem =
  (clientId: string, headers: Step['headers'] = {}) =>
  ({ code = 'x' }: Known): Step =>
    token(
      [
        ['grant_type', 'authorization_code'],
        ['code', code],
        ['redirect_uri', redirectUri],
        ['client_id', clientId],
        ['code_verifier', verifier],
      ],
      headers,
    );
const refresh = ({ refresh_token: refreshToken = 'x' }: Known): Step =>
  token([
    ['grant_type', 'refresh_token'],
    ['refresh_token', refreshToken],
    ['client_id', ids.spa],
    ['scope', 'openid'],
  ]);
const userinfo = (known: Known): Step => ({ method: 'GET', path: `${as}/userinfo`, headers: bearer(known) });
const introspect = ({ access_token: accessToken = 'x' }: Known): Step => ({
  method: 'POST',
  path: `${as}/introspect`,
  form: [
    ['token', accessToken],
    ['token_type_hint', 'access_token'],
  ],
  headers: { authorization: basic(ids.web, 'web-secret') },
});
const revoke = ({ refresh_token: refreshToken = 'x' }: Known): Step => ({
  method: 'POST',
  path: `${as}/revoke`,
  form: [
    ['token', refreshToken],
    ['client_id', ids.spa],
  ],
});
const signOff = ({ id_token: idToken = 'x' }: Known): Step => ({
  method: 'GET',
  path: `${as}/signoff`,
  query: [
    ['id_token_hint', idToken],
    ['post_logout_redirect_uri', 'http://localhost:3000/'],
    ['state', 's'],
  ],
});
const ownUser = (known: Known): Step => ({
  method: 'GET',
  path: `/v1/environments/${environmentId}/users/${ids.alice}`,
  headers: bearer(known),
});
const exchange = ({ access_token: accessToken = 'x' }: Known): Step =>
  token([
    ['grant_type', grant('grant-type:token-exchange')],
    ['subject_token', accessToken],
    ['subject_token_type', grant('token-type:access_token')],
    ['requested_token_type', grant('token-type:access_token')],
    ['scope', 'orders:read'],
    ...assertion(),
  ]);

/** The claims of an assertion; the journey's value is put among them by `minted` and its like. */
function assertion(): Pairs {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: everything.id,
    sub: everything.id,
    aud: `http://localhost:9400${as}`,
    exp: now + 300,
    iat: now,
    jti: `${process.hrtime.bigint()}`,
  };
  return [
    ['client_assertion', signed({ alg: 'HS256' }, claims, everything.secret)],
    ['client_assertion_type', grant('client-assertion-type:jwt-bearer')],
  ];
}

const form =
  (fields: Pairs) =>
  ({ flowId = 'x', cookie = '' }: Known): Step => ({
    method: 'POST',
    path: `/${environmentId}/signon/`,
    query: [['flowId', flowId]],
    form: fields,
    headers: cookie === '' ? {} : { cookie },
  });

const davinci = `/${environmentId}/davinci`;
/** A form of a flow of DaVinci. */
const fill =
  (actionKey: string, formData: object, eventType = 'submit') =>
  ({ interactionId = 'x', interactionToken = 'x', id = 'x', cookie = '' }: Known): Step => ({
    method: 'POST',
    path: `${davinci}/connections/867ed4363b2bc21c860085ad2baa817d/capabilities/customHTMLTemplate`,
    json: { id, eventName: 'continue', interactionId, parameters: { eventType, data: { actionKey, formData } } },
    headers: { interactionid: interactionId, interactiontoken: interactionToken, 'x-requested-with': 'ping-sdk', cookie },
  });
const pollChallenge = ({ interactionId = 'x' }: Known): Step => ({
  method: 'POST',
  path: `${davinci}/user/credentials/challenge/x/status`,
  json: {},
  headers: { interactionid: interactionId },
});

const control = `/__mock/v1/environments/${environmentId}`;
const mint = (claims: object) => (): Step => ({
  method: 'POST',
  path: `${control}/tokens`,
  json: { sub: ids.alice, client_id: ids.spa, scope: 'openid profile', claims },
});

const journeys: Readonly<Record<string, Journey>> = {
  code: [
    authorize(ids.spa, [['response_mode', 'pi.flow']]),
    signOn,
    readFlow,
    resume,
    redeem(ids.spa),
    userinfo,
    introspect,
    refresh,
    refresh,
    ownUser,
    signOff,
    revoke,
  ],
  page: [
    authorize(ids.web),
    ({ flowId = 'x' }) => ({ method: 'GET', path: `/${environmentId}/signon/`, query: [['flowId', flowId]] }),
    form([
      ['username', 'alice'],
      ['password', 'Alice-Passw0rd'],
      ['action', 'signOn'],
    ]),
    resume,
    redeem(ids.web, { authorization: basic(ids.web, 'web-secret') }),
    userinfo,
    signOff,
  ],
  pushed: [
    () => ({ method: 'POST', path: `${as}/par`, form: asked(ids.web), headers: { authorization: basic(ids.web, 'web-secret') } }),
    ({ request_uri: requestUri = 'x' }) => ({
      method: 'GET',
      path: `${as}/authorize`,
      query: [
        ['client_id', ids.web],
        ['request_uri', requestUri],
      ],
    }),
    signOn,
    resume,
    redeem(ids.web, { authorization: basic(ids.web, 'web-secret') }),
  ],
  device: [
    () => ({
      method: 'POST',
      path: `${as}/device_authorization`,
      form: [
        ['client_id', ids.device],
        ['scope', 'openid'],
      ],
    }),
    ({ user_code: userCode = 'x' }) => ({ method: 'GET', path: `/${environmentId}/device`, query: [['user_code', userCode]] }),
    signOn,
    act('deviceAuthGrant.consent', { accept: true }),
    ({ device_code: deviceCode = 'x' }) =>
      token([
        ['grant_type', grant('grant-type:device_code')],
        ['device_code', deviceCode],
        ['client_id', ids.device],
      ]),
    userinfo,
  ],
  recovery: [
    authorize(ids.spa, [['response_mode', 'pi.flow']]),
    act('password.forgot', { username: 'alice' }),
    act('password.sendRecoveryCode', {}),
    act('password.recover', { recoveryCode: '00000000', newPassword: 'New-Passw0rd-1' }),
    act('user.register', { username: 'carol', email: 'carol@example.com', password: 'Carol-Passw0rd1' }),
    act('session.reset', {}),
    readFlow,
  ],
  implicit: [
    () => ({
      method: 'GET',
      path: `${as}/authorize`,
      query: [
        ['response_type', 'code token id_token'],
        ['client_id', everything.id],
        ['redirect_uri', 'http://localhost:3000/callback'],
        ['scope', 'openid orders:read'],
        ['nonce', 'n'],
        ['response_mode', 'form_post'],
      ],
    }),
    signOn,
    resume,
  ],
  exchange: [authorize(ids.spa, [['response_mode', 'pi.flow']]), signOn, resume, redeem(ids.spa), exchange, introspect],
  backchannel: [
    () => ({
      method: 'POST',
      path: `${as}/cibaAuthorization`,
      form: [['scope', 'openid'], ['login_hint', 'alice'], ['binding_message', 'Pump 4'], ...assertion()],
    }),
    ({ auth_req_id: id = 'x' }) => ({ method: 'POST', path: `${control}/backchannel-requests/${id}`, json: { approve: true } }),
    ({ auth_req_id: id = 'x' }) => token([['grant_type', 'urn:openid:params:grant-type:ciba'], ['auth_req_id', id], ...assertion()]),
    userinfo,
  ],
  davinci: [
    authorize(withFlow.id, [['response_mode', 'pi.flow']]),
    pollChallenge,
    fill('SIGNON', { username: 'alice', password: 'Alice-Passw0rd' }),
    redeem(withFlow.id),
    userinfo,
  ],
  flows: [
    authorize(withFlow.id, [
      ['response_mode', 'pi.flow'],
      ['prompt', 'login'],
    ]),
    fill('TROUBLE', {}, 'action'),
    fill('SEND', { username: 'alice' }),
    fill('RESEND', {}, 'action'),
    fill('SUBMIT', { recoveryCode: '00000000', newPassword: 'New-Passw0rd-1' }),
    authorize(withFlow.id, [['response_mode', 'pi.flow']]),
    fill('REGISTER', {}, 'action'),
    fill('SAVE', { email: 'carol@example.com', password: 'Carol-Passw0rd1', 'name.given': 'Carol' }),
    fill('VERIFY', { verificationCode: '00000000' }),
  ],
  minted: [mint({}), userinfo, introspect, ownUser, exchange, signOff],
};

const names = Object.keys(journeys);
/** The claims that code reads from tokens of its own. */
const claimNames = [
  'exp',
  'iat',
  'nbf',
  'auth_time',
  'sub',
  'aud',
  'iss',
  'client_id',
  'scope',
  'env',
  'sid',
  'jti',
  'org',
  'acr',
  'amr',
] as const;

/** A journey with up to three mutations; one in many has none, and ends well. */
export function planJourney(chance: Chance): Plan {
  const journey = chance.pick(names as [string, ...string[]]);
  const steps = journeys[journey]?.length ?? 1;
  const mutations = Array.from({ length: chance.below(4) }, (): Mutation => {
    const step = chance.below(steps);
    const change = chance.pick<Mutation['change']>(['drop', 'set', 'set', 'set', 'twice', 'again', 'method', 'skip', 'body', 'header']);
    const value =
      journey === 'minted' && step === 0
        ? JSON.stringify({ [chance.pick<string>(claimNames)]: chance.pick(hostileValues) })
        : hostileText(chance);
    return { step, change, which: chance.below(20), value };
  });
  return { journey, mutations };
}

/** The value of a step, changed in one place; what is no place of it stays. */
function changed(step: Step, { change, which, value }: Mutation): Step {
  const [name, pairs] = step.form ? (['form', step.form] as const) : (['query', step.query ?? []] as const);
  const at = pairs.length === 0 ? -1 : which % pairs.length;
  const right = pairs[at];
  if (change === 'method') return { ...step, method: step.method === 'GET' ? 'POST' : 'GET' };
  if (change === 'header') {
    const header = (['authorization', 'cookie', 'content-type', 'origin', 'accept', 'host'] as const)[which % 6] as string;
    return { ...step, headers: { ...step.headers, [header]: headerValue(header === 'host' ? 'localhost' : value) } };
  }
  if (step.json) {
    const members = Object.entries(step.json);
    const member = members[which % Math.max(1, members.length)];
    if (step.path.endsWith('/tokens')) return { ...step, json: { ...step.json, claims: objectOf(value) } };
    if (!member || change === 'body') return { ...step, json: objectOf(value) };
    if (change === 'drop') return { ...step, json: Object.fromEntries(members.filter((one) => one !== member)) };
    return {
      ...step,
      json: { ...step.json, [member[0]]: change === 'twice' ? [member[1]] : change === 'set' ? (hostileValues[which] ?? value) : value },
    };
  }
  if (!right) return step;
  if (change === 'drop') return { ...step, [name]: pairs.filter((_, index) => index !== at) };
  if (change === 'twice') return { ...step, [name]: [...pairs, right] };
  return { ...step, [name]: pairs.map((pair, index) => (index === at ? [pair[0], value] : pair)) };
}

function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : { value };
  } catch {
    return { value: text };
  }
}

function requestOf({ method, path, query = [], form, json, action, headers = {} }: Step): FuzzRequest {
  const type = form ? formType : action !== undefined ? `application/vnd.pingidentity.${action}+json` : json && 'application/json';
  const search = encodePairs(query);
  const body = form ? encodePairs(form) : json && JSON.stringify(json).replace(/[\ud800-\udfff]/g, '?');
  return {
    method,
    path: `${path.split('/').map(encode).join('/')}${search === '' ? '' : `?${search}`}`,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && method === 'POST' && { body }),
  };
}

/** What an answer tells the steps that follow. */
function learn(known: Known, { headers, body }: FuzzAnswer): void {
  const { location, 'set-cookie': cookies } = headers;
  if (cookies !== undefined)
    known.cookie = [cookies]
      .flat()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  if (typeof location === 'string' && URL.canParse(location, 'http://localhost'))
    for (const [name, value] of new URL(location, 'http://localhost').searchParams) known[name] = value;
  if (!body.startsWith('{')) return;
  const told: Record<string, unknown> = { ...objectOf(body) };
  const response = told.authorizeResponse;
  for (const [name, value] of Object.entries({ ...told, ...(typeof response === 'object' && response) }))
    if (typeof value === 'string') known[name] = value;
  if (typeof told.id === 'string' && typeof told.status === 'string') known.flowId = told.id;
}

/** Sends the steps of a plan one after the other; each learns from the answers before it. */
export async function travel({ journey, mutations }: Plan, send: Send): Promise<void> {
  const known: Known = Object.create(null);
  for (const [at, make] of (journeys[journey] ?? []).entries()) {
    const mine = mutations.filter(({ step }) => step === at);
    if (mine.some(({ change }) => change === 'skip')) continue;
    const request = requestOf(mine.reduce(changed, make(known)));
    learn(known, await send(request));
    if (mine.some(({ change }) => change === 'again')) await send(request);
  }
}
