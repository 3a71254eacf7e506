/** The management API and the control API, called from a page as any client can, and a record of each call. */
import { api, inEnvironment, root } from './dom.js';

const management = new URL('../v1/', root);
const control = new URL('v1/', root);

/** A token for everything in an environment, made by the control API and kept for as long as the page is open. */
const tokens = new Map();
const tokenOf = (environment) => {
  if (!tokens.has(environment))
    tokens.set(
      environment,
      api.send('POST', inEnvironment(environment, 'management-token'), {}).then(({ access_token: token }) => token),
    );
  return tokens.get(environment);
};

/** Asks the management API, and once more with a new token if the old one is no longer valid. */
async function authorized(environment, url, options) {
  for (const last of [false, true]) {
    const token = await tokenOf(environment).catch((error) => {
      tokens.delete(environment);
      throw error;
    });
    const response = await fetch(url, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });
    if (response.status !== 401 || last) return response;
    tokens.delete(environment);
  }
}

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads from an environment. Reads by a page are not requests of an application, so the journal leaves them out. */
export async function read(environment, path) {
  const response = await authorized(environment, new URL(inEnvironment(environment, path), management), {
    headers: { 'x-mock-own-request': 'inspector' },
  });
  const body = parsed(await response.text());
  if (!response.ok) throw new Error(body?.details?.[0]?.message ?? body?.message ?? `The server returned ${response.status}`);
  return body;
}

/** The items of a list; `missing` where it may be refused. */
export const listOf = async (environment, path, name) => (await read(environment, path))._embedded?.[name] ?? [];

/** The media type of PingOne for an action. */
export const actionType = (action) => `application/vnd.pingidentity.${action}+json`;

/** A request as the journal has it: without its secrets, if they are hidden. */
async function recorded(environment, { method, id }) {
  const found = await api.get(inEnvironment(environment, `requests?method=${method}&limit=50`)).catch(() => ({ requests: [] }));
  return found.requests.find((each) => each.id === id);
}

/**
 * Makes a request that changes something. It is a real one: the journal has it, webhooks get its event, and faults hit it.
 * @param request `method`, `path` below the environment, `body`, `type` of the body if it is not JSON, and `api`: `control`
 * where only the control API has it
 * @param secretsHidden show only what the journal shows
 */
export async function call(environment, { method, path, body, type = 'application/json', api: of = 'management' }, secretsHidden) {
  const url = new URL(inEnvironment(environment, path), of === 'control' ? control : management);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const typed = text !== undefined || type !== 'application/json';
  const options = { method, ...(typed && { headers: { 'content-type': type } }), ...(text !== undefined && { body: text }) };
  const response = await (of === 'control' ? fetch(url, options) : authorized(environment, url, options));
  const answer = await response.text();
  const made = {
    environment,
    of,
    method,
    url: String(url),
    type: typed ? type : undefined,
    body: text,
    status: response.status,
    ok: response.ok,
    answer,
    json: parsed(answer),
    id: response.headers.get('correlation-id'),
    diagnosis: response.headers.get('x-mock-diagnosis'),
    retryAfter: response.headers.get('retry-after'),
  };
  if (!secretsHidden) return made;
  const kept = of === 'control' ? undefined : await recorded(environment, made);
  const hidden = '(hidden)';
  return {
    ...made,
    body: text === undefined ? undefined : (kept?.body ?? hidden),
    answer: answer === '' ? '' : (kept?.answer?.body ?? (made.ok ? hidden : answer)),
  };
}
