import type { FastifyReply, FastifyRequest } from 'fastify';
import { replaceAnswer, unsendableHeader } from '../diagnosis/failure.js';
import { setDiagnosisHeader } from '../diagnosis/header.js';
import type { App, Context, Environment } from '../environment/context.js';
import { type Exchange, ownRequestHeader } from '../environment/journal/exchange.js';
import { recordExchange } from '../environment/record.js';
import { createFaultHooks } from '../faults/hooks.js';
import { ownType } from '../http/answers.js';
import type { DeferredApp } from '../http/deferred-app.js';
import type { Routes } from '../http/pingone-gateway.js';
import { textMember } from '../lib/unknown.js';
import { halJson } from '../pingone/media-types.js';
import { createCors } from './cors.js';
import { createHostCheck } from './host-paths.js';

/** The headers of every response (docs/fidelity.md, 8.3). */
const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
} as const;

/** The same for a response that may differ by the origin of the page that reads it. */
const answerByOrigin = { ...everyAnswer, vary: 'Origin' } as const;

declare module 'fastify' {
  interface FastifyRequest {
    /** The environment whose faults and hooks this request may meet. */
    environment: Environment | undefined;
    /** CORS has headers to add for this request. */
    needsCors: boolean;
  }
}

/** The mock's own endpoints, which no journal shows and no fault meets. */
const isOwnPath = /^\/(__mock|healthz$|readyz$)/;

interface HookOptions {
  readonly routes: Routes;
  /** The apps that answer in place of this one what no route of it fits. */
  readonly deferred?: readonly DeferredApp[] | undefined;
}

/**
 * What happens to every request before and after its endpoint: one hook for each moment, which says in which order. Most
 * requests come from no page, and meet no fault: they pass without waiting.
 */
export function hookRequests(app: App, context: Context, { routes, deferred }: HookOptions): void {
  const { environments } = context;
  const cors = createCors(app, context, routes);
  const faultHooks = createFaultHooks(app, context);
  const checkHost = createHostCheck(context);
  app.decorateRequest('exchange', null as unknown as Exchange);
  app.decorateRequest('environment', undefined);
  app.decorateRequest('needsCors', false);

  app.addHook('onRequest', (request, reply, done) => {
    const { id, method, headers, originalUrl: url, routeOptions } = request;
    const { url: route, config } = routeOptions;
    const isOwn = isOwnPath.test(route ?? url) || (headers[ownRequestHeader] !== undefined && url.startsWith('/v1/'));
    const schemas = route === undefined ? undefined : config.exchangeSchemas;
    // With everything that is filled in later: one shape from the start.
    request.exchange = {
      id,
      at: context.clock.now(),
      method,
      url,
      headers,
      remoteIp: request.ip,
      body: undefined,
      route,
      schemas,
      isOwn,
      environmentId: undefined,
      transactionId: undefined,
      answer: undefined,
      faults: undefined,
    };
    const environmentId = textMember(request.params, 'environmentId');
    request.environment = isOwn || environmentId === undefined ? undefined : environments.get(environmentId);
    const rule = route === undefined ? 'unrouted' : config.cors;
    const byOrigin = rule !== 'never' && rule !== 'unrouted';
    request.needsCors = rule === 'management' || rule === 'unrouted' || (byOrigin && headers.origin !== undefined);
    reply.headers(byOrigin ? answerByOrigin : everyAnswer).header('correlation-id', id);
    const refused = checkHost(request, reply);
    if (refused === 'answered') return undefined;
    if (refused) return done(refused);
    if (method === 'OPTIONS' && cors.isPreflight(request)) return void cors.answerPreflight(request, reply).catch(done);
    const elsewhere = route === undefined ? deferred?.find(({ serves }) => serves(request.url)) : undefined;
    return elsewhere ? elsewhere.answer(request, reply, done) : done();
  });

  // The body has been read by now.
  app.addHook('preValidation', (request, reply, done) => {
    const { environment } = request;
    if (!request.needsCors && !environment?.faults.active) return done();
    return void prepare(environment, request, reply).then(() => {
      if (!reply.sent) done();
    }, done);
  });
  async function prepare(environment: Environment | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.needsCors) await cors.prepare(request);
    if (environment?.faults.active) await faultHooks.inject(environment, request, reply);
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    // Fastify answers what has no method without asking the hooks before this one.
    if (!request.exchange) return done(null, payload);
    if (reply.getHeader('content-type') === halJson) reply.header('content-type', ownType(request));
    const { environment } = request;
    const altering = environment && (environment.hooks.active || request.fault || request.exchange.faults) ? environment : undefined;
    if (request.needsCors || altering || explained(request))
      return void finish(altering, request, reply, payload).then(
        (altered) => done(null, altered),
        (error: Error) => done(null, replaceAnswer(request, reply, error)),
      );
    let sent = payload;
    try {
      sent = record(request, reply, payload);
    } catch (error) {
      sent = replaceAnswer(request, reply, error as Error);
    }
    return done(null, sent);
  });
  /** Settles once the transaction that the request has failed has its diagnosis; undefined where there is nothing to wait for. */
  function explained({ exchange: { environmentId, transactionId } }: FastifyRequest): Promise<void> | undefined {
    if (environmentId === undefined || transactionId === undefined) return undefined;
    const { transactions } = environments.get(environmentId) ?? {};
    const transaction = transactions?.get(transactionId);
    return transaction && transactions?.explained(transaction);
  }
  async function finish(
    altering: Environment | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ): Promise<unknown> {
    await explained(request);
    if (request.needsCors) await cors.addHeaders(request, reply);
    const altered = altering ? await faultHooks.alter(altering, request, reply, payload) : payload;
    return faultHooks.drip(request, reply, record(request, reply, altered));
  }
  /** Writes the answer into the journal, just before it goes out; returns what goes out. */
  function record(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    const { exchange } = request;
    const environment = exchange.environmentId === undefined ? undefined : environments.get(exchange.environmentId);
    const transaction = exchange.transactionId === undefined ? undefined : environment?.transactions.get(exchange.transactionId);
    if (environment && transaction && (transaction.steps.at(-1)?.ok !== true || transaction.warnings.length > 0))
      setDiagnosisHeader(environment, transaction, reply);
    let [sent, headers] = [payload, reply.getHeaders()];
    const unsendable = unsendableHeader(headers, answerByOrigin);
    if (unsendable !== undefined) {
      const problem = new Error(`the header ${unsendable} has characters that HTTP cannot carry: ${JSON.stringify(headers[unsendable])}`);
      sent = replaceAnswer(request, reply, problem);
      headers = reply.getHeaders();
    }
    exchange.answer = {
      status: reply.statusCode,
      headers,
      body: typeof sent === 'string' ? sent : undefined,
      tookMilliseconds: reply.elapsedTime,
    };
    recordExchange(context, exchange);
    return sent;
  }
}
