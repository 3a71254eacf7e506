// What a client does again and again. Each job is made for a server, which is the mock or the limit: both get the same requests.
import { createHash, randomBytes } from 'node:crypto';
import { repeat } from './client.mjs';

const environment = 'e0000000-0000-4000-8000-000000000001';
const worker = 'a0000000-0000-4000-8000-000000000001';
const browserApp = 'a0000000-0000-4000-8000-000000000002';
const redirect = encodeURIComponent('http://localhost:3000/callback');
const form = 'application/x-www-form-urlencoded';
const asWorker = `Basic ${Buffer.from(`${worker}:worker-secret`).toString('base64')}`;
const oauth = `/${environment}/as`;
const management = `/v1/environments/${environment}`;

/** Sends, and fails unless the answer has a status below 400. */
export async function ask(send, request) {
  const answer = await send(request);
  if (answer.status >= 400) throw new Error(`${request.method ?? 'GET'} ${request.path}: ${answer.status} ${answer.text}`);
  return answer;
}

const post = (path, body, headers) => ({ path, method: 'POST', headers: { 'content-type': form, ...headers }, body });

const newVerifier = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

const authorizePath = (challenge) =>
  `${oauth}/authorize?response_type=code&client_id=${browserApp}&redirect_uri=${redirect}&scope=openid%20profile%20email&state=s&nonce=n` +
  `&code_challenge=${challenge}&code_challenge_method=S256`;

const codeOf = ({ headers }) => /[?&]code=([^&]*)/.exec(headers.location ?? '')?.[1];
const cookieOf = ({ headers }) => headers['set-cookie']?.[0]?.split(';')[0];
const cookieHeader = (cookie) => (cookie === undefined ? {} : { cookie });

const redemptionOf = (code, verifier) =>
  post(
    `${oauth}/token`,
    `grant_type=authorization_code&code=${code}&redirect_uri=${redirect}&client_id=${browserApp}&code_verifier=${verifier}`,
  );

/** The request that redeems a new code, gotten by auto login or a session. */
export async function redemption(send, cookie) {
  const { verifier, challenge } = newVerifier();
  const asked = await ask(send, { path: authorizePath(challenge), headers: cookieHeader(cookie) });
  return { request: redemptionOf(codeOf(asked), verifier), cookie: cookieOf(asked) };
}

/** A whole PKCE flow: authorize with auto login or a session, code, token with the verifier. Returns the tokens and the session's cookie. */
export async function flow(send, cookie) {
  const { request, cookie: begun } = await redemption(send, cookie);
  const { text } = await ask(send, request);
  return { tokens: JSON.parse(text), cookie: begun };
}

/** A whole PKCE flow with a password, as a page of one's own has it, without auto login: authorize, the flow, its password, resume, token. */
export async function passwordFlow(send, username = 'alice', password = 'Alice-Passw0rd') {
  const { verifier, challenge } = newVerifier();
  const begun = await ask(send, { path: authorizePath(challenge) });
  const id = /[?&]flowId=([^&]*)/.exec(begun.headers.location ?? '')?.[1];
  const path = `/${environment}/flows/${id}`;
  await ask(send, { path });
  const headers = { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' };
  const checked = await ask(send, { path, method: 'POST', headers, body: JSON.stringify({ username, password }) });
  const resumed = await ask(send, { path: `${oauth}/resume?flowId=${id}`, headers: { cookie: cookieOf(checked) } });
  const { text } = await ask(send, redemptionOf(codeOf(resumed), verifier));
  return { tokens: JSON.parse(text) };
}

const credentials = post(`${oauth}/token`, 'grant_type=client_credentials', { authorization: asWorker });

/** The access token of the worker, for the management API. */
export const workerToken = async (send) => JSON.parse((await ask(send, credentials)).text).access_token;

/** Each client renews a refresh token of its own again and again. They share a session: a user has few of them. */
function refreshing(send) {
  const tokens = [];
  let first;
  return async (client) => {
    first ??= flow(send);
    tokens[client] ??= (await flow(send, (await first).cookie)).tokens.refresh_token;
    const body = `grant_type=refresh_token&client_id=${browserApp}&refresh_token=${tokens[client]}`;
    tokens[client] = JSON.parse((await ask(send, post(`${oauth}/token`, body))).text).refresh_token;
  };
}

/** Creates so many users, with the names user0, user1… */
export async function createUsers(send, count) {
  const headers = { authorization: `Bearer ${await workerToken(send)}`, 'content-type': 'application/json' };
  let number = 0;
  await repeat(count, 8, () => {
    const n = number++;
    const user = { username: `user${n}`, email: `user${n}@example.com`, name: { given: 'Given', family: `Family ${n}` } };
    return ask(send, { path: `${management}/users`, method: 'POST', headers, body: JSON.stringify(user) });
  });
}

const asBearer = async (send, request) => ({
  ...request,
  headers: { authorization: `Bearer ${await workerToken(send)}`, ...request.headers },
});

let applications = 0;
const newApplication = () =>
  JSON.stringify({
    name: `Application ${applications++}`,
    enabled: true,
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    redirectUris: ['https://example.com/callback'],
  });

/** More access tokens than the mock remembers to have verified. They share a session. */
async function accessTokens(send) {
  const { tokens, cookie } = await flow(send);
  const all = [tokens.access_token];
  while (all.length < 200) all.push((await flow(send, cookie)).tokens.access_token);
  return all;
}

/**
 * Requests whose answer the limit sends from memory, byte for byte, by the name of the job: `verifies` if it verifies a signature
 * first, as the mock must. `request` makes the request, or several that are sent in turn; a body that is a function is made for
 * each of them.
 */
const answered = {
  userinfo: {
    verifies: true,
    request: async (send) =>
      (await accessTokens(send)).map((token) => ({ path: `${oauth}/userinfo`, headers: { authorization: `Bearer ${token}` } })),
  },
  introspection: {
    verifies: true,
    request: async (send) =>
      (await accessTokens(send)).map((token) => post(`${oauth}/introspect`, `token=${token}&client_id=${browserApp}`)),
  },
  create: {
    request: (send) =>
      asBearer(send, {
        path: `${management}/applications`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: newApplication,
      }),
  },
  filter: { request: (send) => asBearer(send, { path: `${management}/users?filter=${encodeURIComponent('username eq "user700"')}` }) },
  list: { request: (send) => asBearer(send, { path: `${management}/users?limit=100` }) },
  discovery: { request: async () => ({ path: `${oauth}/.well-known/openid-configuration` }) },
  jwks: { request: async () => ({ path: `${oauth}/jwks` }) },
};

function sending(send, requests) {
  let sent = 0;
  return () => {
    const request = requests[sent++ % requests.length];
    return ask(send, typeof request.body === 'function' ? { ...request, body: request.body() } : request);
  };
}

/** The job of the mock, and that of the limit where it gets one. */
async function answeredJobs(name, { mock, limit }) {
  const { request: make, verifies } = answered[name];
  const requests = [await make(mock)].flat();
  const job = sending(mock, requests);
  if (!limit) return { mock: job };
  const { status, headers, text } = await job();
  const body = JSON.stringify({ status, type: headers['content-type'], text });
  await ask(limit, { path: `/kept/${name}`, method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  const path = `/kept/${name}${verifies ? '?verify=1' : ''}`;
  return {
    mock: job,
    limit: sending(
      limit,
      requests.map((request) => ({ ...request, path })),
    ),
  };
}

const both =
  (make) =>
  ({ mock, limit }) => ({ mock: make(mock), limit: limit && make(limit) });

/** Makes the jobs of a row for the mock and, if there is one, the limit. Each is given what sends a request. */
export const jobs = {
  flow: both((send) => () => flow(send)),
  credentials: both((send) => () => ask(send, credentials)),
  refresh: both(refreshing),
  ...Object.fromEntries(Object.keys(answered).map((name) => [name, (sends) => answeredJobs(name, sends)])),
};
