import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { findUserByUsername } from '../configuration/directory/users.js';
import type { App, Context, Environment } from '../environment/context.js';
import type { User } from '../environment/model/user.js';
import { askedUnder } from '../environment/public-urls.js';
import { findActiveUser } from '../environment/sessions.js';
import { sendJson } from '../http/answers.js';
import { nearest } from '../lib/nearest.js';
import { originOf } from '../lib/origin.js';
import { boolean, object, oneOf, string } from '../lib/schema/types.js';
import { completeSignOn } from '../signon/complete.js';
import { findFlow, saveFlow } from '../signon/flows.js';
import { anyObject, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';

const unlockType = 'application/vnd.pingidentity.account.unlock+json';

const body = object({ authorize_url: string }, { username: string, deny: boolean });

/** The form: where the answer is one that a page posts. */
const answered = object({}, { callback_url: string, method: oneOf('GET', 'POST'), form: anyObject, cookie: string });

interface SignOnBody {
  authorize_url: string;
  username?: string;
  deny?: boolean;
}

/** Whoever says no need not be one who could say yes. */
async function userNamed(environment: Environment, name: string, deny: boolean): Promise<User> {
  const user = (await environment.store.users.get(name)) ?? (await findUserByUsername(environment, name));
  if (user && (deny || (await findActiveUser(environment, user.id)))) return user;
  if (user) {
    const path = `/v1/environments/${environment.id}/users/${user.id}`;
    throw new ControlError(
      409,
      'user_unusable',
      `${user.username} is ${user.enabled ? 'locked' : 'disabled'}: PingOne would not sign this person on`,
      user.enabled
        ? `POST ${path} with content-type ${unlockType} and the body {} unlocks the account`
        : `PUT ${path}/enabled with {"enabled":true}`,
    );
  }
  const { items } = await environment.store.users.page({ limit: 100 });
  const known = items.map(({ username }) => username);
  throw new ControlError(
    404,
    'user_unknown',
    `there is no user ${JSON.stringify(name)} in this environment`,
    known.length === 0 ? 'create one through /v1' : `the nearest known one is ${nearest(name, known)}`,
  );
}

/** The parts of an authorize URL that a request in this process needs. It must be of this environment. */
function readUrl(text: string, { id }: Environment, { environmentUrl }: Context): { url: string; origin: string | undefined } {
  const base = 'http://relative.invalid';
  const parsed = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const origin = parsed && originOf({ encrypted: parsed.protocol === 'https:', host: parsed.host });
  if (!parsed || origin === undefined || !/^https?:$/.test(parsed.protocol) || !/\/as\/(authorize|par\/?authorize)$/.test(parsed.pathname))
    throw new ControlError(
      400,
      'value_refused',
      `authorize_url: expected the URL of an authorization request, got ${JSON.stringify(text)}`,
    );
  const { pathname, search } = parsed;
  const start = pathname.indexOf(`/${id}/`);
  const named = (prefix: string) => (origin === base ? undefined : origin + prefix);
  if (start >= 0) return { url: pathname.slice(start) + search, origin: named(pathname.slice(0, start)) };
  // The paths of a custom domain have no id.
  if (environmentUrl(origin, id) === origin) return { url: pathname + search, origin };
  throw new ControlError(
    400,
    'environment_other',
    `authorize_url: it is of another environment than ${id}`,
    'use the sign-on of that environment, or configure the application with the issuer of this one',
  );
}

const locationOf = (response: LightMyRequestResponse): string | undefined => {
  const { location } = response.headers;
  return typeof location === 'string' ? location : undefined;
};

/** What the error page, or the answer itself, says. */
function refusalOf(response: LightMyRequestResponse): ControlError | undefined {
  const location = locationOf(response) ?? '';
  const shown = location.includes('/signon/?error=') ? new URLSearchParams(location.slice(location.indexOf('?'))).get('error') : null;
  const text = shown ?? (response.statusCode >= 400 ? response.body : undefined);
  if (text === undefined) return undefined;
  const diagnosis = response.headers['x-mock-diagnosis'];
  let told = text;
  try {
    const parsed = JSON.parse(text) as { message?: string; error_description?: string; details?: { message?: string; target?: string }[] };
    const [detail] = parsed.details ?? [];
    told = [detail?.target, detail?.message ?? parsed.error_description ?? parsed.message].filter(Boolean).join(': ');
  } catch {
    // Told as it came.
  }
  return new ControlError(
    400,
    'authorize_refused',
    `the authorization request was refused: ${told}`,
    diagnosis === undefined ? 'GET /__mock/v1/transactions shows every check' : `diagnosis: ${String(diagnosis)}`,
  );
}

/** The fields of a page that posts itself. */
const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    Array.from(html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g), ([, name = '', value = '']) => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
    ]),
  );

/** Asks as a browser would; a connection that is dropped on purpose is told as such. */
const ask = (app: App, options: InjectOptions): Promise<LightMyRequestResponse> =>
  app.inject(options).catch((error: Error) => {
    throw new ControlError(
      502,
      'connection_dropped',
      `the connection ended without an answer (${error.message}), as a fault asks for`,
      'a fault with drop was for this request; take the others back with DELETE …/faults (clearFaults)',
    );
  });

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const altered = (what: string): ControlError =>
  new ControlError(
    502,
    'answer_altered',
    `the authorization endpoint ${what}, as a fault or a hook asks for`,
    'a fault was for this request; take the others back with DELETE …/faults (clearFaults)',
  );

/** Where the browser goes back to the application, or undefined where it has not come to that yet. */
function callbackOf(response: LightMyRequestResponse) {
  if (response.statusCode === 200 && /html/.test(String(response.headers['content-type']))) {
    const action = /<form[^>]* action="([^"]*)"/.exec(response.body)?.[1]?.replaceAll('&amp;', '&');
    return action === undefined ? undefined : { callback_url: action, method: 'POST', form: fieldsOf(response.body) };
  }
  const location = locationOf(response);
  return location === undefined ? undefined : { callback_url: location, method: 'GET' };
}

/** Signs a person on without a browser: from the URL that the application made to the one that it must receive. */
export const signOn = (app: App, context: Context): void => {
  const options = { schema: { summary: 'Sign on without a browser', body: body as object, answers: shows(answered) } };
  app.post('/environments/:environmentId/sign-on', options, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { authorize_url: authorizeUrl, username, deny = false } = request.body as SignOnBody;
    const { url, origin = context.origin(request) } = readUrl(authorizeUrl, environment, context);
    const under = askedUnder(origin);
    const user = username === undefined ? undefined : await userNamed(environment, username, deny);
    if (!user && !deny)
      throw new ControlError(400, 'value_refused', 'username: is missing; expected a text', 'name the user who signs on, or deny');

    const asked = await ask(app, { url, ...under });
    const refused = refusalOf(asked);
    if (refused) throw refused;
    const flowId = new URL(locationOf(asked) ?? '/', 'http://relative.invalid').searchParams.get('flowId') ?? jsonFlowId(asked);
    // Nobody was asked: by auto login, or because the application may not ask.
    if (flowId === undefined) {
      const callback = callbackOf(asked);
      if (callback || asked.statusCode === 200) return sendJson(reply, callback ?? {});
      throw altered(`answered with status ${asked.statusCode} and no address to go on to`);
    }
    if (!isId(flowId)) throw altered(`redirects to an address that ends in the middle: ${locationOf(asked)}`);

    const flow = await findFlow(environment, flowId);
    let cookie: string | undefined;
    if (deny) {
      const error = { code: 'access_denied', message: 'The user cancelled the sign-on' };
      await saveFlow(environment, { ...flow, status: 'FAILED', error });
    } else if (user) {
      const { session } = await completeSignOn(environment, flow, user);
      cookie = session && `ST=${session.token}; ST-NO-SS=${session.token}`;
    }
    const base = url.slice(0, url.indexOf('/as/'));
    const resumed = await ask(app, {
      url: `${base}/as/resume?flowId=${encodeURIComponent(flowId)}`,
      headers: { ...(cookie !== undefined && { cookie }) },
      ...under,
    });
    const callback = callbackOf(resumed);
    if (callback) return sendJson(reply, { ...callback, ...(cookie !== undefined && { cookie }) });
    throw (
      refusalOf(resumed) ??
      new ControlError(400, 'sign_on_refused', `the sign-on ended with status ${resumed.statusCode}`, resumed.body.slice(0, 500))
    );
  });
};

/** The flow of an answer in PingOne's own format (`pi.flow`). */
function jsonFlowId(response: LightMyRequestResponse): string | undefined {
  if (!/json/.test(String(response.headers['content-type']))) return undefined;
  try {
    const { id, status } = JSON.parse(response.body) as { id?: string; status?: string };
    return status === 'COMPLETED' ? undefined : id;
  } catch {
    throw altered(`answered with what is not JSON: ${response.body.slice(0, 200)}`);
  }
}
