import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import type { HookedRequest, ResponseDraft } from '../environment/faults/hooks.js';
import { describeFault, type InjectedFault } from '../environment/faults/registry.js';
import { endpointOf } from '../environment/journal/endpoints.js';
import { clientOf, clientOfToken, sentForm } from '../environment/journal/sent-client.js';
import { recordExchange } from '../environment/record.js';
import { membersOf, parseJson } from '../lib/unknown.js';
import { alterTokens } from './alter-tokens.js';
import { faultAnswer } from './answer.js';
import { markFaults } from './mark.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is done to the answer on purpose. */
    fault: InjectedFault | undefined;
  }
}

function describe({ transactions }: Environment, { exchange }: FastifyRequest): HookedRequest {
  const transaction = exchange.transactionId === undefined ? undefined : transactions.get(exchange.transactionId);
  return {
    endpoint: endpointOf(exchange),
    method: exchange.method,
    url: exchange.url,
    // A browser that comes back from the sign-on page names no client.
    client: clientOf(exchange) ?? clientOfToken(exchange) ?? transaction?.application?.id,
    grantType: sentForm(exchange)?.grant_type,
    username: transaction?.user,
  };
}

const isJson = (reply: FastifyReply): boolean => /\bjson\b/.test(String(reply.getHeader('content-type') ?? ''));

/** Lets hooks change an answer before it is sent. */
async function runResponseHooks(environment: Environment, request: FastifyRequest, reply: FastifyReply, text: string): Promise<string> {
  const hooked = describe(environment, request);
  const name = reply.statusCode >= 400 ? 'error.before-response' : (`${hooked.endpoint}.before-response` as const);
  if (!environment.hooks.has(name) || !isJson(reply)) return text;
  const body = { ...membersOf(parseJson(text)) };
  const { preferred_username: username } = body;
  const draft: ResponseDraft = {
    status: reply.statusCode,
    headers: {},
    body,
    request: { ...hooked, username: hooked.username ?? (typeof username === 'string' ? username : undefined) },
  };
  await environment.hooks.run(name, draft);
  reply.code(draft.status).headers(draft.headers);
  return JSON.stringify(draft.body);
}

/** The answer that is sent in place of the endpoint's. */
async function alter(environment: Environment, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { fault, exchange } = request;
  const alteration = { request: () => describe(environment, request), wrongToken: fault?.wrongToken, wrongOnly: fault?.wrongOnly };
  const location = reply.getHeader('location');
  if (typeof location === 'string') {
    const altered = await alterTokens(environment, location, alteration);
    // A redirect has all its data in its URL: that is cut in the middle of the query.
    const from = fault?.malformed ? Math.max(0, altered.indexOf('?')) : altered.length;
    reply.header('location', altered.slice(0, Math.ceil((from + altered.length) / 2)));
  }
  if (typeof payload !== 'string') return payload;
  let text = await alterTokens(environment, payload, alteration);
  if (environment.hooks.active) text = await runResponseHooks(environment, request, reply, text);
  if (fault?.padding !== undefined && isJson(reply))
    text = JSON.stringify({ ...membersOf(parseJson(text)), padding: ' '.repeat(fault.padding) });
  if (fault?.contentType !== undefined) reply.header('content-type', fault.contentType);
  if (fault?.malformed) text = text.slice(0, Math.ceil(text.length / 2));
  if (exchange.faults) await markFaults(environment, exchange, reply.statusCode);
  return text;
}

/** Sends a text a few bytes at a time. */
function drip(text: string, milliseconds: number): Readable {
  const bytes = Buffer.from(text);
  const parts = Math.max(1, Math.min(20, bytes.length));
  return Readable.from(
    (async function* () {
      for (let part = 0; part < parts; part += 1) {
        yield bytes.subarray(Math.floor((bytes.length * part) / parts), Math.floor((bytes.length * (part + 1)) / parts));
        await sleep(milliseconds / parts);
      }
    })(),
  );
}

/** What tests do to requests and answers. A request that meets no fault, hook or rule passes by. */
export interface FaultHooks {
  /** Lets a fault delay a request, answer it or drop its connection. */
  inject(environment: Environment, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Lets faults, hooks and rules change an answer. */
  alter(environment: Environment, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown>;
  /** Slows an answer down, once it is in the journal. */
  drip(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown;
}

export function createFaultHooks(app: App, context: Context): FaultHooks {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.decorateRequest('fault', undefined);

  return {
    async inject(environment, request, reply) {
      const { exchange } = request;
      const fault = await environment.faults.take(endpointOf(exchange), clientOf(exchange));
      if (!fault) return;
      exchange.environmentId = environment.id;
      request.fault = fault;
      exchange.faults = [...(exchange.faults ?? []), describeFault(fault)];
      environment.log.warn(
        { event: 'fault', ok: false, environmentId: environment.id, endpoint: endpointOf(exchange), client: clientOf(exchange) },
        `fault injected: ${describeFault(fault)}`,
      );
      if (fault.delayMilliseconds !== undefined)
        await sleep(fault.delayMilliseconds, undefined, { signal: closing.signal }).catch(() => undefined);
      if (fault.drop) {
        await markFaults(environment, exchange, undefined);
        recordExchange(context, exchange);
        reply.hijack();
        request.raw.destroy();
        reply.raw.destroy();
        return;
      }
      const answer = await faultAnswer(environment, exchange, fault);
      if (answer) await reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
    async alter(environment, request, reply, payload) {
      try {
        return await alter(environment, request, reply, payload);
      } catch (error) {
        // The author of the hook should see it at once.
        reply.code(500).header('content-type', 'application/json');
        const message = `a test’s hook failed: ${error instanceof Error ? error.message : error}`;
        environment.log.error({ error, url: request.url }, message);
        return JSON.stringify({ error: 'server_error', error_description: message });
      }
    },
    drip(request, reply, payload) {
      const milliseconds = request.fault?.dripMilliseconds;
      if (milliseconds === undefined || typeof payload !== 'string') return payload;
      reply.removeHeader('content-length');
      return drip(payload, milliseconds);
    },
  };
}
