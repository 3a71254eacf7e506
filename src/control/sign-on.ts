import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { findUserByUsername } from '../configuration/directory/users.js';
import type { App, Context, Environment } from '../environment/context.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { injectUnder } from '../environment/public-urls.js';
import { findActiveUser } from '../environment/sessions.js';
import { sendJson } from '../http/answers.js';
import { nearest } from '../lib/nearest.js';
import { originOf } from '../lib/origin.js';
import { expectations } from '../lib/schema/expectations.js';
import { boolean, type Infer, object, oneOf, string } from '../lib/schema/types.js';
import { membersOf, parseJson, textMember } from '../lib/unknown.js';
import { completeSignOn } from '../signon/complete.js';
import { withFirstFactor } from '../signon/engine.js';
import { findFlow, saveFlow } from '../signon/flows.js';
import { type Means, signOnWithSecondFactor } from '../signon/mfa/automatic.js';
import { anyObject, shows } from './answer-schemas.js';
import { ControlError, valueRefused } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';

const unlockType = 'application/vnd.pingidentity.account.unlock+json';

const body = object(
  { authorize_url: string },
  { username: string, deny: boolean, otp: oneOf('auto'), passkey: boolean, push: oneOf('approve', 'deny') },
);

type Wanted = Pick<Infer<typeof body>, 'otp' | 'passkey' | 'push'>;

/** The second factor that the mock shows in place of the user; undefined to skip what the policy asks for. */
function meansOf({ otp, passkey, push }: Wanted, hostname: string): Means | undefined {
  const kinds = [...(otp ? ['otp' as const] : []), ...(passkey ? ['passkey' as const] : []), ...(push ? ['push' as const] : [])];
  const [kind, other] = kinds;
  if (other) throw valueRefused('expected one of otp, passkey and push', 'name the second factor that the user has at hand');
  return kind && { kind, denies: push === 'deny', hostname };
}

/** Signs a user on by the sign-on policy, with a second factor. */
async function withSecondFactor(environment: Environment, flow: Flow, user: User, means: Means): Promise<Session | undefined> {
  const { flow: reached, session } = await signOnWithSecondFactor(environment, flow, user, means);
  const { status, authentication } = reached;
  // A failed sign-on is one that the application learns about.
  if (status === 'FAILED') return undefined;
  if (status !== 'COMPLETED')
    throw new ControlError(
      409,
      'step_unexpected',
      `the sign-on waits in ${status}, where ${means.kind} does not help`,
      'take the steps with the flows API, or sign on without otp, passkey and push: then the policy is skipped',
    );
  if (!authentication?.amr.includes('mfa'))
    throw new ControlError(
      409,
      'no_second_factor',
      `the sign-on policy ${authentication?.acr ?? ''} did not ask for a second factor`,
      'assign the application a policy with the action MULTI_FACTOR_AUTHENTICATION, or name one in acr_values: Multi_Factor',
    );
  return session;
}

/** `form`: the parameters, for a response mode that posts them. */
const shown = object({}, { callback_url: string, method: oneOf('GET', 'POST'), form: anyObject, cookie: string });

/** Finds a user by id or name. Only a user who denies may be locked or disabled. */
async function userNamed(environment: Environment, name: string, deny: boolean): Promise<User> {
  const user = (await environment.store.users.get(name)) ?? (await findUserByUsername(environment, name));
  if (user && (deny || (await findActiveUser(environment, user.id)))) return user;
  if (user) {
    const path = `/v1/environments/${environment.id}/users/${user.id}`;
    throw new ControlError(
      409,
      'user_unusable',
      `${user.username} is ${user.enabled ? 'locked' : 'disabled'}: PingOne would refuse this user`,
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
    known.length === 0 ? 'create one with /v1' : `the nearest known one is ${nearest(name, known)}`,
  );
}

/** Splits the URL of an authorization request of this environment into its path with the query, and its origin. */
function readUrl(text: string, { id }: Environment, { environmentUrl }: Context): { url: string; origin: string | undefined } {
  const base = 'http://relative.invalid';
  const parsed = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const origin = parsed && originOf({ encrypted: parsed.protocol === 'https:', host: parsed.host });
  if (!parsed || origin === undefined || !/^https?:$/.test(parsed.protocol) || !/\/as\/(authorize|par\/?authorize)$/.test(parsed.pathname))
    throw valueRefused(`authorize_url: expected the URL of an authorization request, got ${JSON.stringify(text)}`);
  const { pathname, search } = parsed;
  const start = pathname.indexOf(`/${id}/`);
  const named = (prefix: string) => (origin === base ? undefined : origin + prefix);
  if (start >= 0) return { url: pathname.slice(start) + search, origin: named(pathname.slice(0, start)) };
  // The paths of a custom domain have no id.
  if (environmentUrl(origin, id) === origin) return { url: pathname + search, origin };
  throw new ControlError(
    400,
    'environment_other',
    `authorize_url: belongs to another environment than ${id}`,
    'use the sign-on of that environment, or configure the application with the issuer of this one',
  );
}

const locationOf = (response: LightMyRequestResponse): string | undefined => {
  const { location } = response.headers;
  return typeof location === 'string' ? location : undefined;
};

/** The error that the response, or the page that it redirects to, shows. */
function authorizeError(response: LightMyRequestResponse): ControlError | undefined {
  const location = locationOf(response) ?? '';
  const shown = location.includes('/signon/?error=') ? new URLSearchParams(location.slice(location.indexOf('?'))).get('error') : null;
  const text = shown ?? (response.statusCode >= 400 ? response.body : undefined);
  if (text === undefined) return undefined;
  const diagnosis = response.headers['x-mock-diagnosis'];
  let reason = text;
  try {
    const parsed = membersOf(parseJson(text));
    const detail: unknown = Array.isArray(parsed.details) ? parsed.details[0] : undefined;
    const message = textMember(detail, 'message') ?? textMember(parsed, 'error_description') ?? textMember(parsed, 'message');
    reason = [textMember(detail, 'target'), message].filter(Boolean).join(': ');
  } catch {
    // Not JSON: passed on as it is.
  }
  return new ControlError(
    400,
    'authorize_refused',
    `the authorization request was refused: ${reason}`,
    diagnosis === undefined ? 'GET /__mock/v1/transactions shows every check' : `diagnosis: ${String(diagnosis)}`,
  );
}

/** The hidden fields of a page that submits itself. */
const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    Array.from(html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g), ([, name = '', value = '']) => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
    ]),
  );

/** Sends a request to this server. An injected fault may drop the connection. */
const ask = (app: App, options: InjectOptions): Promise<LightMyRequestResponse> =>
  app.wholeServer.inject(options).catch((error: Error) => {
    throw new ControlError(
      502,
      'connection_dropped',
      `the connection was closed without a response (${error.message}), by an injected fault`,
      'a fault with drop matched this request; remove the others with DELETE …/faults (clearFaults)',
    );
  });

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const altered = (what: string): ControlError =>
  new ControlError(
    502,
    'answer_altered',
    `the authorization endpoint ${what}, because of a fault or a hook`,
    'a fault matched this request; remove the others with DELETE …/faults (clearFaults)',
  );

/** Where a response sends the browser: a redirect, or a page that submits a form. */
function callbackOf(response: LightMyRequestResponse) {
  if (response.statusCode === 200 && /html/.test(String(response.headers['content-type']))) {
    const action = /<form[^>]* action="([^"]*)"/.exec(response.body)?.[1]?.replaceAll('&amp;', '&');
    return action === undefined ? undefined : { callback_url: action, method: 'POST', form: fieldsOf(response.body) };
  }
  const location = locationOf(response);
  return location === undefined ? undefined : { callback_url: location, method: 'GET' };
}

/** Signs a user on without a browser: takes the application's authorize URL, returns the callback URL. */
export const signOn = (app: App, context: Context): void => {
  const options = { schema: { summary: 'Sign on without a browser', body, answers: shows(shown) } };
  app.post(`${environmentPath}/sign-on`, options, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { authorize_url: authorizeUrl, username, deny = false, ...wanted } = request.body;
    const { url, origin = context.origin(request) } = readUrl(authorizeUrl, environment, context);
    const under = injectUnder(origin);
    const user = username === undefined ? undefined : await userNamed(environment, username, deny);
    if (!user && !deny) throw valueRefused(`username: ${expectations.missing(string)}`, 'name the user who signs on, or deny');

    const asked = await ask(app, { url, ...under });
    const refused = authorizeError(asked);
    if (refused) throw refused;
    const flowId = new URL(locationOf(asked) ?? '/', 'http://relative.invalid').searchParams.get('flowId') ?? jsonFlowId(asked);
    // No sign-on page: auto login, or prompt=none.
    if (flowId === undefined) {
      const callback = callbackOf(asked);
      if (callback || asked.statusCode === 200) return sendJson(reply, callback ?? {});
      throw altered(`answered with status ${asked.statusCode} and no Location`);
    }
    if (!isId(flowId)) throw altered(`redirected to a truncated address: ${locationOf(asked)}`);

    const flow = await findFlow(environment, flowId);
    let cookie: string | undefined;
    if (deny) {
      const error = { code: 'access_denied', message: 'The user cancelled the sign-on' };
      await saveFlow(environment, { ...flow, status: 'FAILED', error });
    } else if (user) {
      const means = meansOf(wanted, new URL(origin).hostname);
      const session = means
        ? await withSecondFactor(environment, flow, user, means)
        : (await completeSignOn(environment, flow, user, { amr: (await withFirstFactor(environment, flow, user)).amr })).session;
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
      authorizeError(resumed) ??
      new ControlError(400, 'sign_on_refused', `the sign-on ended with status ${resumed.statusCode}`, resumed.body.slice(0, 500))
    );
  });
};

/** The id of the unfinished flow in a response of PingOne's own format (`response_mode=pi.flow`). */
function jsonFlowId(response: LightMyRequestResponse): string | undefined {
  if (!/json/.test(String(response.headers['content-type']))) return undefined;
  try {
    const body = parseJson(response.body);
    return textMember(body, 'status') === 'COMPLETED' ? undefined : textMember(body, 'id');
  } catch {
    throw altered(`sent malformed JSON: ${response.body.slice(0, 200)}`);
  }
}
