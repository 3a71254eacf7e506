import { readFileSync } from 'node:fs';
import { certificateAuthority, pemContent, readRequest } from './certificate-requests.js';
import { domainCertificate } from './domain-certificates.js';
import { png } from './images.js';
import { workerToken } from './management.js';
import { environmentId, type TestServer } from './server.js';

/** One request of the recording. */
export interface Step {
  /** The resource type, without `pingone_`; a deletion has none. */
  readonly type?: string;
  /** Method and path: below /v1 where it begins with a slash, else below the environment. */
  readonly send: string;
  readonly body?: unknown;
  readonly mediaType?: string;
  /** What is uploaded as a form with a file (RFC 7578), by the names of its parts. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** What later steps call the item that this one makes. */
  readonly name?: string;
}

/** What test/clients/terraform.json holds. */
export interface Recording {
  readonly create: readonly Step[];
  readonly read: readonly string[];
  readonly update: readonly Step[];
  readonly destroy: readonly Step[];
}

export const terraform = JSON.parse(readFileSync('test/clients/terraform.json', 'utf8')) as Recording;

/** A request that was answered: its path below /v1. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly text: string;
  readonly members: Record<string, unknown>;
}

/** What a request has besides its address. */
type Content = Pick<Step, 'body' | 'mediaType' | 'form' | 'headers'>;

/** A form as fetch sends it: of its parts, `file` is a file. */
async function formOf(parts: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts))
    if (name === 'file') form.set(name, new Blob([value]), 'file');
    else form.set(name, value);
  const request = new Response(form);
  return { mediaType: request.headers.get('content-type') ?? undefined, payload: Buffer.from(await request.arrayBuffer()) };
}

interface ClientOptions {
  /** Of a worker that may do everything; by default that of the default environment. */
  readonly token?: string;
  /** Where steps are sent until one of them makes an environment. */
  readonly environment?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the steps of the recording, with ids for the names in them. `answered` is given each answer. */
export async function terraformClient(
  { app, clock }: TestServer,
  answered: (exchange: Exchange) => void = () => undefined,
  { token, environment: first, headers = {} }: ClientOptions = {},
) {
  const authorization = `Bearer ${token ?? (await workerToken(app))}`;
  const authority = certificateAuthority();
  const domain = domainCertificate(['auth.terraform.io'], clock.now());
  const ids = new Map([
    ['now', new Date(clock.now()).toISOString()],
    ['domain certificate', domain.certificate],
    ['domain chain', domain.intermediateCertificates],
    ['domain private key', domain.privateKey],
  ]);

  const named = (text: string): string =>
    text.replaceAll(/(?<!\$)\{([\w -]+)\}/g, (whole, name: string) => {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`nothing has been named ${whole}`);
      return id;
    });
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return named(value);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each)]));
  };

  const contentOf = async ({ body, mediaType, form }: Content): Promise<{ mediaType?: string | undefined; payload?: string | Buffer }> => {
    if (form) return formOf(form);
    if (mediaType?.startsWith('image/')) return { mediaType, payload: png(1, 1) };
    if (body === undefined) return { mediaType };
    return { mediaType: mediaType ?? 'application/json', payload: JSON.stringify(body) };
  };

  const ask = async (method: string, path: string, content: Content = {}) => {
    const { mediaType, payload } = await contentOf(content);
    const whole = path.startsWith('/') ? path : `/environments/${ids.get('environment')}/${path}`;
    const answer = await app.inject({
      method: method as 'GET',
      url: `/v1${whole}`,
      headers: {
        authorization,
        accept: 'application/json',
        host: 'localhost:9400',
        ...headers,
        ...(mediaType !== undefined && { 'content-type': mediaType }),
        ...(mediaType?.startsWith('image/') && { 'content-disposition': 'attachment; filename="pixel.png"' }),
        ...content.headers,
      },
      ...(payload !== undefined && { payload }),
    });
    const isJson = answer.body !== '' && answer.headers['content-type']?.toString().includes('json') === true;
    const members = (isJson ? answer.json() : {}) as Record<string, unknown>;
    const exchange = { method, path: whole, status: answer.statusCode, text: answer.body, members };
    answered(exchange);
    return exchange;
  };

  /** Names the items of a list by one of their members. */
  const nameItems = async (path: string, member: string, names: Record<string, string>) => {
    const { _embedded } = (await ask('GET', path)).members as { _embedded: Record<string, Record<string, string>[]> };
    for (const item of Object.values(_embedded)[0] ?? []) {
      const name = names[String(item[member])];
      if (name !== undefined) ids.set(name, String(item.id));
    }
  };
  await nameItems('/roles', 'name', { 'Identity Data Admin': 'Identity Data Admin' });
  const { license } = (await ask('GET', `/environments/${first ?? environmentId}`)).members as { license: { id: string } };
  ids.set('license', license.id);

  const enter = async (environment: string) => {
    ids.set('environment', environment);
    await nameItems('resources', 'type', { OPENID_CONNECT: 'openid', PINGONE_API: 'PingOne API' });
    await nameItems('schemas', 'name', { User: 'schema' });
    await nameItems('populations', 'default', { true: 'default population' });
    await nameItems('languages', 'locale', { en: 'English' });
    await nameItems('themes', 'default', { true: 'Ping Default' });
    await nameItems('deviceAuthenticationPolicies', 'default', { true: 'default MFA policy' });
    await nameItems('applications', 'type', { PING_ONE_SELF_SERVICE: 'self-service' });
  };

  if (first !== undefined) await enter(first);

  /** Sends a step, and names what it has made. */
  const perform = async ({ send, name, ...content }: Step): Promise<Exchange> => {
    const [method = '', ...words] = send.split(' ');
    const answer = await ask(method, named(words.join(' ')), filled(content) as Content);
    if (answer.text.startsWith('-----BEGIN CERTIFICATE REQUEST-----'))
      ids.set('signed certificate', authority.sign(readRequest(pemContent(answer.text)), clock.now()).toString());
    const { id, targets } = answer.members as { id?: string; targets?: { original: { href: string } } };
    if (send === 'POST /environments') await enter(String(id));
    if (name !== undefined) ids.set(name, String(id));
    if (targets) ids.set('image href', targets.original.href);
    return answer;
  };
  return { ids, ask, named, filled, perform };
}

/** Where Terraform reads what a step has made or changed. */
export function placeOf({ type, send, name }: Step): string {
  const path = send.replace(/^\w+ /, '');
  if (type === 'environment') return '/environments/{environment}';
  if (type === 'certificate_signing_response') return path.replace(/\/csr$/, '');
  // A membership is read by the id of the group that was sent.
  if (type === 'group_nesting') return `${path}/{group 2}`;
  if (type === 'user_group_assignment') return `${path}/{group}`;
  return name === undefined ? path : `${path}/{${name}}`;
}
