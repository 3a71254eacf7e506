import type { InjectOptions } from 'fastify';
import type { DescribedRoute } from '../../src/control/openapi.js';
import type { App } from '../../src/environment/context.js';
import { askAuthorize, authorize, basic, locationOf, redeem, redirectUri } from '../helpers/client.js';
import { deviceGrant, startDevice } from '../helpers/device.js';
import { workerToken } from '../helpers/management.js';
import { environmentId, ids, type TestServer } from '../helpers/server.js';
import { bodyInputs, type Described, headInputs, type Input, largestBody, type Pairs, queryInputs } from './inputs.js';
import { type Known, type Schema, sample } from './samples.js';

/** A route of a server, with what is sent to it usually. */
export interface Target {
  readonly route: DescribedRoute;
  readonly name: string;
  readonly usual: Pick<InjectOptions, 'method' | 'url' | 'headers'>;
  readonly inputs: readonly Input[];
  /** What the usual request is answered with; undefined for one without a body that is known. */
  readonly reaches: number | undefined;
  /** Before each request: undoes what the one before it has done. */
  prepare(): Promise<void>;
}

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const web = { authorization: basic(ids.web, 'web-secret') };

/** Usual values of parameters and members. */
const usual = {
  response_type: 'code',
  client_id: ids.web,
  redirect_uri: redirectUri,
  redirectUri,
  scope: 'openid profile',
  scopes: ['openid', 'profile'],
  state: 'state',
  nonce: 'nonce',
  max_age: '100',
  login_hint: 'alice',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  username: 'alice',
  user: 'alice',
  password: 'Alice-Passw0rd',
  currentPassword: 'Alice-Passw0rd',
  newPassword: 'Other-Passw0rd-1',
  clientId: ids.spa,
  applicationId: ids.spa,
  userId: ids.alice,
  environmentId,
  environment: environmentId,
  email: 'a@example.com',
  token_type_hint: 'access_token',
  user_code: 'ABCD-EFGH',
} as const satisfies Known;

const pick = (names: readonly string[], ...without: readonly string[]): Pairs =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = (usual as Known)[name];
      return typeof value === 'string' && !without.includes(name) ? [[name, value] as const] : [];
    }),
  );

/** What the token endpoint and those beside it are usually sent, by the last part of the path; a list where there are several ways. */
async function formsOf({ app }: TestServer): Promise<Record<string, readonly Pairs[]>> {
  const { access_token, refresh_token = '', id_token } = (await redeem(app, await authorize(app))).json() as Record<string, string>;
  const device = await startDevice(app);
  return {
    token: [
      { grant_type: 'client_credentials', scope: 'openid' },
      { grant_type: 'authorization_code', code: 'a'.repeat(36), redirect_uri: redirectUri, code_verifier: 'a'.repeat(43) },
      { grant_type: 'refresh_token', refresh_token, scope: 'openid' },
      { grant_type: deviceGrant, device_code: device.device_code },
      { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: ids.web },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: access_token as string,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        scope: 'openid',
      },
      {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: 'a.a.a',
      },
    ],
    authorize: [
      {
        response_type: 'code',
        client_id: ids.spa,
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      },
      { response_type: 'code', client_id: ids.web, redirect_uri: redirectUri, scope: 'openid' },
    ],
    par: [{ response_type: 'code', redirect_uri: redirectUri, scope: 'openid' }],
    introspect: [{ token: access_token as string }],
    revoke: [{ token: 'a' }],
    userinfo: [{ access_token: access_token as string }],
    signoff: [{ id_token_hint: id_token as string, post_logout_redirect_uri: redirectUri, state: 'a' }],
    device_authorization: [{ client_id: ids.device, scope: 'openid' }],
    cibaAuthorization: [{ scope: 'openid', login_hint: 'alice' }],
  };
}

interface Page {
  readonly _embedded?: Readonly<Record<string, readonly { readonly id?: string }[]>>;
}

const read = async (app: App, request: InjectOptions): Promise<unknown> => {
  const { statusCode, payload, headers } = await app.inject(request);
  return statusCode === 200 && /json/.test(String(headers['content-type'])) ? (JSON.parse(payload) as unknown) : undefined;
};

const firstItem = (page: unknown): { readonly id?: string } | undefined =>
  Object.values((page as Page | undefined)?._embedded ?? {})[0]?.[0];

const withoutLinks = (item: unknown): Record<string, unknown> => {
  const { _links, _embedded, id, createdAt, updatedAt, environment, ...members } = item as Record<string, unknown>;
  return members;
};

const noSuch = '99999999-0000-4000-8000-000000000000';

/** Finds what the routes of a server are usually sent: from their own answers where they have some. */
export async function targetFinder(server: TestServer): Promise<(route: DescribedRoute) => Promise<Target[]>> {
  const { app } = server;
  const routes = await app.describedRoutes();
  const authorization = `Bearer ${await workerToken(app)}`;
  const forms = await formsOf(server);
  const { cookie } = await authorize(app);

  const headersOf = ({ url }: DescribedRoute): Record<string, string> =>
    url.startsWith('/v1')
      ? { host: 'localhost:9400', authorization }
      : url.includes('/as/')
        ? { ...web }
        : { host: 'localhost:9400', cookie };

  /** A usual body of a route: a stored item, or what the schema describes. */
  async function baseOf(route: DescribedRoute, path: string, schema: Schema): Promise<unknown> {
    const made = sample(schema, { known: usual });
    if (!/^(POST|PUT|PATCH)$/.test(route.method) || !route.url.startsWith('/v1')) return made;
    const found = await read(app, { url: path, headers: headersOf(route) });
    const item = route.method === 'POST' ? firstItem(found) : found;
    const names = Object.keys(schema.properties ?? {});
    return item === undefined
      ? made
      : { ...(made as object), ...Object.fromEntries(Object.entries(withoutLinks(item)).filter(([name]) => names.includes(name))) };
  }

  const bodiesOf = (route: DescribedRoute): Readonly<Record<string, Schema>> => {
    const { bodies, schema } = route;
    if (bodies) return bodies as Readonly<Record<string, Schema>>;
    return schema.body === undefined || isPage(route) ? {} : { 'application/json': schema.body as Schema };
  };
  /** The pages of a sign-on post forms. */
  const isPage = ({ url }: DescribedRoute): boolean => /^\/:environmentId\/(signon|myaccount)(\/|$)/.test(url);

  /** The path of a route with the ids of what is there; where nothing is, something is made. */
  async function pathOf(route: DescribedRoute): Promise<string> {
    const parts: string[] = [];
    const pattern: string[] = [];
    for (const part of route.url.split('/')) {
      pattern.push(part);
      const known = (usual as Known)[part.slice(1)] ?? (part === '*' ? 'live.js' : undefined);
      if (!part.startsWith(':') && part !== '*') parts.push(part);
      else if (typeof known === 'string') parts.push(known);
      else if (part === ':flowId') parts.push(await newFlow());
      else parts.push(await itemOf(pattern.slice(0, -1).join('/'), parts.join('/')));
    }
    return parts.join('/');
  }

  async function itemOf(pattern: string, path: string): Promise<string> {
    const list = routes.find(({ method, url }) => method === 'GET' && url === pattern);
    const found = list && firstItem(await read(app, { url: path, headers: headersOf(list) }));
    if (found?.id !== undefined) return found.id;
    const create = routes.find(({ method, url }) => method === 'POST' && url === pattern);
    if (!create) return noSuch;
    const [type = 'application/json', schema = {}] = Object.entries(bodiesOf(create))[0] ?? [];
    const headers = { ...headersOf(create), 'content-type': type };
    const payload = JSON.stringify(sample(schema, { known: usual }));
    const answer = await app.inject({ method: 'POST', url: path, headers, payload });
    return answer.statusCode === 201 ? (answer.json() as { id: string }).id : noSuch;
  }

  const newFlow = async (): Promise<string> =>
    locationOf(await askAuthorize(app, { prompt: 'login', code_challenge: challenge, code_challenge_method: 'S256' })).searchParams.get(
      'flowId',
    ) ?? noSuch;

  const supported = async (path: string, headers: Record<string, string>): Promise<readonly string[]> => {
    const { payload } = await app.inject({ url: `${path}?filter=${encodeURIComponent('no.such eq "1"')}`, headers });
    const [, names = '[]'] =
      /"supportedAttributes" : (\[[^\]]*\])/.exec(payload) ?? /"supportedAttributes":(\[[^\]]*\])/.exec(payload) ?? [];
    return JSON.parse(names) as string[];
  };

  return async (route) => {
    const path = await pathOf(route);
    const own = headersOf(route);
    const schemas = bodiesOf(route);
    const bodies: Record<string, { schema?: Schema; base?: unknown }> = {};
    for (const [type, schema] of Object.entries(schemas)) bodies[type] = { schema, base: await baseOf(route, path, schema) };
    const namesOf = (schema: unknown): string[] => Object.keys((schema as Schema | undefined)?.properties ?? {});
    const parameters = namesOf(route.parameters);
    const queryNames = [...namesOf(route.schema.querystring), ...(route.method === 'GET' ? parameters : [])];
    const formNames = isPage(route) ? namesOf(route.schema.body) : route.method === 'POST' ? parameters : [];
    const last = route.url.slice(route.url.lastIndexOf('/') + 1);
    const bases = parameters.length === 0 ? [undefined] : (forms[last] ?? [pick(parameters)]);
    const filterNames = queryNames.includes('filter') ? await supported(path, own) : [];
    const hasBody = route.method !== 'GET';
    const targets: Target[] = [];
    for (const [at, base] of bases.entries()) {
      const described: Described = {
        bodies,
        query: { names: queryNames.filter((name) => name !== 'wait'), base: route.method === 'GET' ? (base ?? {}) : {} },
        ...(formNames.length > 0 && { form: { names: formNames, base: base ?? pick(formNames) } }),
        filterNames,
        known: usual,
        bodyLimit: route.bodyLimit ?? largestBody,
      };
      const headers = base?.client_assertion === undefined ? own : {};
      const [type, { base: body } = {}] = Object.entries(bodies)[0] ?? [];
      const first =
        formNames.length > 0 ? new URLSearchParams(described.form?.base).toString() : body === undefined ? undefined : JSON.stringify(body);
      const firstType = formNames.length > 0 ? 'application/x-www-form-urlencoded' : type;
      const request: InjectOptions = { method: route.method as 'POST', url: path, headers };
      let reaches: number | undefined;
      if (hasBody && first !== undefined && route.method !== 'DELETE')
        reaches = (await app.inject({ ...request, headers: { ...headers, 'content-type': firstType }, payload: first })).statusCode;
      targets.push({
        route,
        name: `${route.method} ${route.url}${bases.length > 1 ? ` (${base?.grant_type?.split(':').at(-1) ?? at + 1}${base?.client_assertion ? ', assertion' : ''})` : ''}`,
        usual: request,
        reaches,
        inputs: [
          ...(hasBody ? bodyInputs(described) : []),
          ...queryInputs(described),
          // Whatever the body, the head is read in the same way.
          ...(at === 0 ? headInputs(path) : []),
        ],
        prepare: async () => undefined,
      });
    }
    return targets;
  };
}
