import type { FastifyRequest } from 'fastify';
import type { JWK } from 'jose';
import type { App, Context, Environment } from '../../environment/context.js';
import { parseKeys, publicKeys } from '../../environment/keys/public-keys.js';
import { injectUnder } from '../../environment/public-urls.js';
import { type FetchedText, fetchText } from '../../lib/fetch-text.js';
import { excessIn, largestJson } from '../../lib/json-size.js';
import { isKeyAddress } from '../../lib/key-address.js';
import { isObject, type Members, parseJson } from '../../lib/unknown.js';
import { ownAddress } from './ways.js';

/** What an answer of a provider may cost. */
const limits = { milliseconds: 5_000, bytes: 262_144 } as const;

/** A JSON object that a provider answered, whatever its status; or why there is none. */
export type ProviderAnswer = { readonly status: number; readonly body: Members } | { readonly problem: string };

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Calls providers: those that this server plays in process, all others over the network. */
export interface Caller {
  /** Whether the mock may call an address. */
  mayCall(address: string): boolean;
  ask(address: string, asked: Asked): Promise<ProviderAnswer>;
  keys(environment: Environment, address: string, kid: string | undefined): Promise<{ keys: readonly JWK[]; problem?: string }>;
}

function readAnswer(address: string, fetched: FetchedText): ProviderAnswer {
  if ('problem' in fetched) return { problem: `${address} gave no answer: ${fetched.problem}` };
  const { status, redirects, text } = fetched;
  if (redirects) return { problem: `${address} answered ${status}, a redirect, which is not followed` };
  if (text === undefined) return { problem: `${address} answered more than ${limits.bytes} bytes` };
  if (excessIn(text, largestJson)) return { problem: `${address} answered JSON with too many values` };
  try {
    const body = parseJson(text);
    if (isObject(body)) return { status, body };
  } catch {
    // As below.
  }
  return { problem: `${address} answered ${status} without a JSON object` };
}

/** What calls providers on behalf of one request. */
export function callerFor(app: App, context: Context, request: FastifyRequest): Caller {
  const fetchFrom = async (address: string, { method = 'GET', headers = {}, body }: Asked): Promise<FetchedText> => {
    const own = ownAddress(context, request, address);
    if (!own) return fetchText(address, { method, headers, ...(body !== undefined && { body }) }, limits);
    const answer = await app.wholeServer.inject({
      method,
      url: `/${own.environment.id}${own.path}`,
      headers,
      ...(body !== undefined && { payload: body }),
      ...injectUnder(context.origin(request)),
    });
    return { status: answer.statusCode, redirects: answer.statusCode >= 300 && answer.statusCode < 400, text: answer.body };
  };
  return {
    mayCall: (address) => ownAddress(context, request, address) !== undefined || isKeyAddress(address),
    ask: async (address, asked) =>
      readAnswer(address, await fetchFrom(address, { ...asked, headers: { accept: 'application/json', ...asked.headers } })),
    async keys(environment, address, kid) {
      if (!ownAddress(context, request, address)) return publicKeys(environment, { jwksUrl: address }, kid, 'the provider');
      const fetched = await fetchFrom(address, {});
      return parseKeys(('text' in fetched && fetched.text) || '', address);
    },
  };
}
