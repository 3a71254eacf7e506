/**
 * A transaction as a sequence diagram shows it: who sent which request to whom, what the mock decided, and what it answered.
 * Nothing here touches the page: a function of what the control API says about a transaction.
 */
import { ruleInWords } from './explain.js';

const pathOf = (url) => url.split(/[?#]/)[0];
const parametersOf = (url) => new URLSearchParams((url.split('?')[1] ?? '').split('#')[0]);
const jsonOf = (text) => {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
};
const formOf = ({ body, headers }) => new URLSearchParams(/urlencoded/.test(headers['content-type']) ? body : '');

/** Puts the steps of one request together. A step without a request belongs to the one before it; a person's decision, to none. */
export function exchangesOf(steps) {
  const found = [];
  for (const step of steps) {
    const { request, response, kind } = step;
    const id = response?.headers['correlation-id'];
    const isSame = (each) =>
      each.request && (id === undefined ? each.request.method === request.method && each.request.url === request.url : each.id === id);
    const known = request ? found.findLast(isSame) : kind === 'consent' ? undefined : found.at(-1);
    if (known) known.steps.push(step);
    else found.push({ key: step.n, id, request, response, steps: [step] });
  }
  return found;
}

/** Whether the application shows the sign-on itself: then no browser carries its requests. */
const usesFlowsApi = (steps) =>
  steps.some(({ request }) => request && /response_mode=pi\.flow/.test(`${request.url}&${request.body ?? ''}`));

/** Who sent a request. Browsers say that they follow a link or send a form; otherwise the endpoint tells. */
export function senderOf({ url, headers }, isOwnPage) {
  if (headers['sec-fetch-mode'] === 'navigate') return 'browser';
  const path = pathOf(url);
  if (/\/as\/(authorize|resume)$/.test(path)) return isOwnPage ? 'application' : 'browser';
  return /\/(signon|rp|device)(\/|$)|\/as\/(signoff|idpSignoff|checksession)$/.test(path) ? 'browser' : 'application';
}

const shortGrant = (grant) => grant.split(':').at(-1);
/** The important parameters of a request, in words. */
const carried = [
  ['code_challenge', 'challenge'],
  ['code', 'code'],
  ['code_verifier', 'verifier'],
  ['refresh_token', 'refresh token'],
  ['device_code', 'device code'],
  ['auth_req_id', 'auth_req_id'],
  ['subject_token', 'subject token'],
  ['request_uri', 'request_uri'],
  ['request', 'request object'],
  ['token', 'token'],
];

const actionOf = ({ headers }) => /vnd\.pingidentity\.([\w.]+)\+json/.exec(headers['content-type'])?.[1];

/** A request in a few words, as "POST /token: code, verifier". */
export function requestInWords(request) {
  const { method, url } = request;
  const path = pathOf(url);
  const action = actionOf(request);
  if (action) return `${method} ${action}`;
  if (/\/flows\/[^/]+$/.test(path)) return `${method} flow`;
  if (/\/signon\/?$/.test(path)) return `${method} sign-on page${method === 'POST' ? ': the form' : ''}`;
  if (/\/rp\/callback\//.test(path)) return `${method} /rp/callback: the provider’s answer`;
  const short = /\/rp\//.test(path) ? path.slice(path.indexOf('/rp/')) : `/${path.split('/').filter(Boolean).at(-1) ?? ''}`;
  const sent = new URLSearchParams([...parametersOf(url), ...formOf(request)]);
  const grant = sent.get('grant_type');
  const parts = carried.filter(([name]) => sent.has(name)).map(([, word]) => word);
  if (grant && !/^(authorization_code|refresh_token)$/.test(grant) && parts.length === 0) parts.push(shortGrant(grant));
  return `${method} ${short}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** What a redirect carries. */
const broughtBy = (parameters) =>
  parameters.has('error')
    ? parameters.get('error')
    : [
        ['code', 'code'],
        ['id_token', 'ID token'],
        ['access_token', 'access token'],
      ]
        .filter(([name]) => parameters.has(name))
        .map(([, word]) => word)
        .join(', ');

const redirectInWords = (location) => {
  const path = pathOf(location);
  if (/\/signon\/?$/.test(path)) return location.includes('error=') ? 'error page' : 'sign-on page';
  if (/\/as\/resume$/.test(path)) return 'resume';
  const brought = broughtBy(new URLSearchParams(location.split(/[?#]/).slice(1).join('&')));
  const place = /^https?:\/\/([^/?#]+)/.exec(location)?.[1] ?? path;
  return `${brought ? `${brought} for ` : ''}${place}`;
};

const given = [
  ['id_token', 'ID token'],
  ['access_token', 'access token'],
  ['refresh_token', 'refresh token'],
  ['request_uri', 'request_uri'],
  ['device_code', 'device code, user code'],
  ['auth_req_id', 'auth_req_id'],
];

/** The tokens that a step issued: bodies may be cut, but the step's own data is not. */
const issuedBy = ({ data: { scope, refreshToken } }) =>
  [/\bopenid\b/.test(scope) && 'ID token', 'access token', refreshToken && 'refresh token'].filter(Boolean).join(', ');

/** An answer in a few words, as "302: sign-on page" or "400: invalid_grant". */
export function answerInWords({ response, request, steps }) {
  if (!response) return 'no answer';
  const { status, headers, body } = response;
  if (headers.location && status < 400) return `${status}: ${redirectInWords(String(headers.location))}`;
  const said = jsonOf(body);
  const error = said.error?.code ?? said.error ?? (status >= 400 ? said.code : undefined);
  const issued = status < 400 ? steps.find(({ kind, data }) => kind === 'tokens' && typeof data?.scope === 'string') : undefined;
  const words =
    (issued && issuedBy(issued)) ||
    (typeof error === 'string' && error) ||
    (said.authorizeResponse && broughtBy(new URLSearchParams(said.authorizeResponse))) ||
    given
      .filter(([name]) => said[name] !== undefined || body?.includes(`"${name}":`))
      .map(([, word]) => word)
      .join(', ') ||
    (typeof said.active === 'boolean' && (said.active ? 'active' : 'not active')) ||
    (typeof said.status === 'string' && /flows/.test(request.url) && said.status) ||
    (typeof said.status === 'string' && said._links && said.status) ||
    (/\/userinfo$/.test(pathOf(request.url)) && status === 200 && 'claims');
  return words ? `${status}: ${words}` : String(status);
}

/** Refusals in fewer words than their rule has: they are written on an arrow. */
const refusals = {
  verifier_matches_challenge: 'the verifier does not fit the challenge',
  verifier_present: 'no code_verifier',
  no_verifier_without_challenge: 'a verifier, but no challenge was recorded',
  challenge_present: 'no code_challenge',
  method_is_s256: 'the method is not S256',
  password_right: 'wrong password',
  one_time_code_right: 'wrong code',
  one_time_code_fresh: 'the code has expired',
  one_time_code_attempts: 'too many wrong codes',
  passkey_known: 'not a passkey of this user',
  passkey_challenge: 'the passkey signed another challenge',
  passkey_signature: 'not the signature of the passkey',
  external_consented: 'the provider refused',
  external_state: 'unknown state',
  external_browser: 'another browser',
  code_unused: 'the code was used before',
  code_known: 'unknown code',
  code_fresh: 'the code has expired',
  code_client: 'the code of another client',
  redirect_uri_registered: 'redirect_uri is not registered',
  redirect_uri_repeated: 'another redirect_uri than before',
  client_known: 'unknown client',
  authorize_client_known: 'unknown client',
  client_credentials: 'wrong secret',
  client_authentication_method: 'wrong way to authenticate',
  user_not_refused: 'the sign-on failed',
  session_cookie: 'another browser',
  request_decided: 'not decided yet',
  polled_slowly: 'polled too fast',
  request_not_denied: 'the person said no',
};

/** Steps that say the most about what was decided, with their words. */
const decided = {
  'pkce.recorded': () => 'challenge kept',
  code: () => 'code issued',
  'pkce.compare': () => 'verifier fits the challenge',
  login: ({ title }) => title,
  tokens: () => 'tokens issued',
  logout: ({ title }) => title,
  revoke: ({ title }) => title,
  refresh: () => 'refresh token accepted',
  fault: ({ title }) => title,
};

/** What the mock decided about a request: whether it holds, and in words. */
export function decisionOf({ steps }) {
  const failing = steps.findLast(({ ok, checks }) => ok === false || (ok === null && checks.some((each) => !each.ok)));
  if (failing) {
    const check = failing.checks.find(({ ok }) => !ok);
    return {
      ok: failing.ok,
      words: check ? (refusals[check.rule] ?? `refused: ${ruleInWords(check.rule)}`) : failing.title,
      failed: check !== undefined,
    };
  }
  const words = steps.flatMap((step) => (step.ok === false ? [] : (decided[step.kind]?.(step) ?? [])));
  const ok = steps.some((step) => step.ok) ? true : null;
  return { ok, words: [...new Set(words)].slice(-2).join(', ') || steps.at(-1).title };
}

/** What the browser carries to the application after an answer, which the mock does not see; undefined if the browser goes elsewhere. */
function carriedOn({ request, response, steps }) {
  if (!response || steps[0].kind === 'logout') return undefined;
  const location = String(response.headers.location ?? '');
  const isPosted =
    response.status === 200 &&
    /\/as\/(authorize|resume)$/.test(pathOf(request.url)) &&
    /<form[^>]+method="?post/i.test(response.body ?? '');
  const has = (name) => (isPosted ? response.body.includes(`name="${name}"`) : new RegExp(`[?#&]${name}=`).test(location));
  if (!isPosted && (location === '' || /\/signon\/?\?|\/rp\/(authenticate|someone-else)|\/authorize\?/.test(location))) return undefined;
  return has('error') ? 'the error' : has('code') ? 'the code' : has('id_token') || has('access_token') ? 'the tokens' : undefined;
}

const sameWords = (one, other) => one && one.words === other.words && one.answer === other.answer && one.from === other.from;

/**
 * The exchanges of a transaction in order. Each has `from`, `words` of its request, `decision` (`ok`, `words`) and `answer`; a
 * person's decision has `note` alone. `times`: how many identical ones follow each other, such as the polls of a device.
 */
export function sequenceOf(transaction) {
  const { steps, related = [] } = transaction;
  const isOwnPage = usesFlowsApi(steps);
  const all = [];
  for (const exchange of exchangesOf(steps)) {
    const { key, request, response } = exchange;
    if (!request) {
      all.push({ key, note: exchange.steps[0].title, exchange });
      continue;
    }
    const from = senderOf(request, isOwnPage);
    const next = {
      key,
      exchange,
      from,
      words: requestInWords(request),
      decision: decisionOf(exchange),
      answer: answerInWords(exchange),
      failed: response !== undefined && response.status >= 400,
      carries: from === 'browser' ? carriedOn(exchange) : undefined,
      provider: related.find(({ role, step }) => role === 'provider' && exchange.steps.some(({ n }) => n === step)),
      asksProvider: exchange.steps.some(({ checks }) => checks.some(({ rule }) => rule === 'external_token')),
      times: 1,
    };
    const last = all.at(-1);
    if (sameWords(last, next)) all[all.length - 1] = { ...next, key: last.key, times: last.times + 1 };
    else all.push(next);
  }
  return all;
}

/** The lanes that a sequence needs, from left to right. */
export function lanesOf(sequence, { app, related = [] }) {
  const isDevice = sequence.some(({ words = '' }) => /device_authorization/.test(words));
  const uses = (lane) => sequence.some(({ from, carries }) => from === lane || (lane === 'application' && carries));
  const provider = related.find(({ role }) => role === 'provider');
  const asked = provider || sequence.some(({ asksProvider }) => asksProvider);
  return [
    uses('browser') && ['browser', 'Browser'],
    (uses('application') || uses('browser')) && ['application', isDevice ? 'Device' : 'Application', app?.name],
    ['mock', 'Mock'],
    asked && ['provider', 'Provider', provider?.name],
  ].filter(Boolean);
}
