import { setTimeout as wait } from 'node:timers/promises';
import { membersOf, parseJson } from '../../lib/unknown.js';
import { asked, inTime, type TenantAccess, workerToken } from '../tenant.js';
import { NotAsked } from './not-asked.js';

/** An answer of the tenant. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The members of a JSON object; empty for anything else. */
  readonly body: Readonly<Record<string, unknown>>;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** In place of the worker's token; null for none. */
  readonly authorization?: string | null;
  /** Works even after the command was asked to stop, so that it can remove what it has made. */
  readonly evenIfStopped?: boolean;
}

/** Sends requests to a tenant, and remembers what must not leave the machine. */
export interface Connection extends TenantAccess {
  /** Asks below {auth}/{environment}, without credentials unless they are given. */
  ofAuth(path: string, asking?: Asking): Promise<Answer>;
  /** Asks below {api}/v1/environments/{environment}, or {api}/v1 where the path begins with two slashes, as the worker. */
  ofApi(path: string, asking?: Asking): Promise<Answer>;
  /** A token request of the worker, whichever way it authenticates. */
  askToken(form: Readonly<Record<string, string>>): Promise<Answer>;
  /** The answer to its first one. */
  readonly tokenAnswer: Answer;
  /** Says that a text belongs to the tenant: a secret, a name. `shown` replaces it in everything that is printed. */
  hide(text: unknown, shown: string): void;
  /** A text without anything that belongs to the tenant, at most 2,000 characters. */
  withoutTenant(text: string): string;
}

/** Longer than any answer that a fact reads. */
const longestAnswer = 1_000_000;

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestAnswer) throw new Error(`the answer has more than ${longestAnswer} bytes`);
  }
  return Buffer.concat(chunks).toString();
}

/** The members of a JSON object; none of any other text. */
function readMembers(text: string): Answer['body'] {
  try {
    return membersOf(parseJson(text));
  } catch {
    return {};
  }
}

/** The forms of values that belong to a tenant. */
const byForm: readonly (readonly [RegExp, string])[] = [
  [/\bey[\w-]+\.[\w-]+\.[\w-]*/g, '{token}'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '{id}'],
  [/[\w.+-]{1,64}@[\w.-]{1,255}/g, '{email}'],
  // The hash of an Authorization header.
  [/'[A-Za-z0-9+/]{43}='/g, "'{hash}'"],
];

/** Connects to a tenant with a worker's token. Throws with advice if it gets none. */
export async function connect(access: TenantAccess, stop: AbortSignal): Promise<Connection> {
  const { api, auth, environment, clientId, secret } = access;
  const hidden = new Map<string, string>();
  const hide = (text: unknown, shown: string) => {
    if (typeof text === 'string' && text.length > 3) hidden.set(text, shown);
  };

  async function send(flag: 'api' | 'auth', address: string, asking: Asking): Promise<Answer> {
    const { method, headers, form, json, authorization, evenIfStopped } = asking;
    const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
    for (let attempt = 1; ; attempt += 1) {
      const { response, text } = await inTime(
        flag,
        address,
        async (signal) => {
          const got = await asked(flag, address, {
            method: method ?? (body === undefined ? 'GET' : 'POST'),
            headers: {
              ...(json !== undefined && { 'content-type': 'application/json' }),
              ...(typeof authorization === 'string' && { authorization }),
              ...headers,
            },
            ...(body !== undefined && { body }),
            redirect: 'manual',
            signal,
          });
          return { response: got, text: await textOf(got) };
        },
        evenIfStopped ? undefined : stop,
      );
      if (response.status !== 429 || attempt === 5)
        return { status: response.status, headers: response.headers, text, body: readMembers(text) };
      const seconds = Math.min(Number(response.headers.get('retry-after')) || attempt, 30);
      await wait(seconds * 1000, undefined, { signal: stop });
    }
  }

  /** A question without an answer counts as not asked; a command that was asked to stop does so. */
  const ask: typeof send = async (flag, address, asking) => {
    try {
      return await send(flag, address, asking);
    } catch (error) {
      if (stop.aborted || !(error instanceof Error)) throw error;
      throw new NotAsked(error.message);
    }
  };

  // First as `pull` does, which names what is wrong with a worker's credentials.
  const token = await workerToken(access, stop);
  const basic = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
  const ofAuth = (path: string, asking: Asking = {}) => ask('auth', `${auth}/${environment}${path}`, asking);
  const askToken = async (form: Readonly<Record<string, string>>) => {
    const answer = await ofAuth('/as/token', { form, authorization: basic });
    // The application may be set to the other method.
    if (!/authentication method/i.test(String(answer.body.error_description))) return answer;
    return ofAuth('/as/token', { form: { ...form, client_id: clientId, client_secret: secret } });
  };
  const tokenAnswer = await askToken({ grant_type: 'client_credentials' });
  for (const text of [secret, encodeURIComponent(secret), basic.slice('Basic '.length)]) hide(text, '{secret}');
  for (const text of [token, tokenAnswer.body.access_token]) hide(text, '{token}');
  hide(environment, '{environment}');
  hide(clientId, '{client}');
  hide(auth, '{auth}');
  hide(api, '{api}');
  return {
    ...access,
    askToken,
    tokenAnswer,
    hide,
    ofAuth,
    ofApi: (path, { authorization = `Bearer ${token}`, ...asking } = {}) =>
      ask('api', path.startsWith('//') ? `${api}/v1${path.slice(1)}` : `${api}/v1/environments/${environment}${path}`, {
        authorization,
        ...asking,
      }),
    withoutTenant(text) {
      let shown = text.slice(0, 20_000);
      // The longest first: one may be a part of another.
      for (const [each, stands] of [...hidden].sort(([a], [b]) => b.length - a.length)) shown = shown.replaceAll(each, stands);
      for (const [form, stands] of byForm) shown = shown.replace(form, stands);
      return shown.slice(0, 2_000);
    },
  };
}
