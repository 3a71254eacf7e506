import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import type { App } from '../../src/environment/context.js';
import { collectRoutes } from '../../src/http/pingone-gateway.js';
import { hookRequests } from '../../src/server/request-hooks.js';
import { answerErrors } from '../../src/server/server.js';
import { askAuthorize } from '../helpers/client.js';
import { buildTestServer } from '../helpers/server.js';

/** An app with the hooks of every request, and a route for each way in which an answer can fail once its endpoint is done. */
async function start(t: Test) {
  const lines: { level: number; msg: string; error?: { message: string } }[] = [];
  const log: FastifyBaseLogger = pino(
    { serializers: { error: pino.stdSerializers.err } },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  const { context } = await buildTestServer(t);
  const app: App = Fastify({ loggerInstance: log, logController: new LogController({ disableRequestLogging: true }) });
  hookRequests(app, context, { routes: collectRoutes(app) });
  answerErrors(app, context);
  app.get('/header', (_request, reply) => reply.code(302).header('location', '/ж').header('set-cookie', 'a=b').send());
  app.get('/cookies', async (_request, reply) => reply.header('set-cookie', ['a=b', 'c=ж']).send('text'));
  app.get('/async-header', async (_request, reply) => {
    reply.header('x-name', 'a\nb');
    return { a: 1 };
  });
  app.get('/big', async () => ({ a: 1n }));
  app.get('/circle', async () => {
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    return circle;
  });
  app.get('/status', async (_request, reply) => reply.code(1000).send());
  app.get('/throws', async () => {
    throw new Error('thrown');
  });
  app.get('/journal', async (request) => {
    Object.defineProperty(request.exchange, 'answer', {
      set() {
        throw new Error('the journal is broken');
      },
    });
    return { a: 1 };
  });
  t.teardown(() => app.close());
  return { app, lines };
}

t.test('an answer that fails after its endpoint is done is a bug in the log, in PingOne’s format', async (t) => {
  const { app, lines } = await start(t);
  for (const [path, problem] of [
    ['/header', /header location has characters/],
    ['/cookies', /header set-cookie/],
    ['/async-header', /header x-name/],
    ['/big', /BigInt/],
    ['/circle', /circular/],
    ['/status', /status code/],
    ['/throws', /thrown/],
    ['/journal', /the journal is broken/],
  ] as const) {
    const answer = await app.inject({ url: path, headers: { host: 'localhost:9400' } });
    t.equal(answer.statusCode, 500, path);
    t.match(answer.json(), { code: 'UNEXPECTED_ERROR', message: String, id: String }, path);
    t.match(answer.headers, { 'content-type': /^application\/hal\+json/, 'correlation-id': answer.json().id }, path);
    t.notMatch(answer.headers, { location: String }, path);
    t.notMatch(answer.headers, { 'set-cookie': String }, path);
    const [line, ...more] = lines.splice(0);
    t.match(line, { level: 50, msg: 'bug in pingone-mock: please report it', error: { message: problem } }, path);
    t.same(more, [], `${path}: one line`);
  }
});

t.test('so is one that a test’s hook breaks', async (t) => {
  const lines: { msg: string; error?: { message: string } }[] = [];
  const log = pino({ serializers: { error: pino.stdSerializers.err } }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const { app, environment } = await buildTestServer(t, {}, log);
  environment.hooks.on('error.before-response', ({ headers }) => void Object.assign(headers, { 'x-name': 'ж' }));
  const answer = await askAuthorize(app, { response_mode: 'pi.flow', scope: 'nothing' });
  t.match(answer, { statusCode: 500 });
  t.match(answer.json(), { code: 'UNEXPECTED_ERROR' });
  t.match(
    lines.find(({ error }) => error),
    { error: { message: /header x-name/ } },
  );
});
