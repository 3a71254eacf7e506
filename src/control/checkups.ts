import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Run, Runs } from '../checkup/runs.js';
import type { App, Context, Environment } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, type Infer, object, oneOf, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { creates, shows } from './answer-schemas.js';
import { reportBody, reportSchema, runBody, runSchema } from './checkup-body.js';
import { createInBrowser } from './checkup-browser.js';
import { sendRunEvents } from './checkup-events.js';
import { refusalOfCheckup } from './checkup-refusal.js';
import { ControlError } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { selfControl } from './self-control.js';

const text = { type: 'string', minLength: 1, maxLength: 2000 } as const;
/**
 * The options of `CheckupOptions` that are data: `start` begins a sign-on, `protectedPage` shows who is signed on, `signOff` signs off,
 * `secondStart` begins a sign-on at a second provider, `click` names a button. There is no `restart`: what reaches this API
 * must not run a command.
 */
const body = object(
  { start: text },
  {
    user: text,
    only: { ...array(text), maxItems: 200 } as const,
    success: text,
    protectedPage: text,
    signOff: text,
    secondStart: text,
    browser: boolean,
    click: text,
  },
);

const formats = {
  html: 'text/html; charset=utf-8',
  junit: 'application/xml',
  json: 'application/json',
  badge: 'image/svg+xml',
} as const;
const files = { html: 'checkup.html', junit: 'checkup.xml', json: 'checkup.json', badge: 'checkup.svg' } as const;
const querystring = object({ format: oneOf('html', 'junit', 'json', 'badge') });

/** How many reports an environment keeps. */
const mostKept = 10;

/** Of each environment, as long as that lives. */
const runsOf = new WeakMap<Environment, Promise<Runs>>();

/** The checkups of an environment. The code that runs them is read with the first one. */
const checkupsOf = (environment: Environment): Promise<Runs> => {
  const known = runsOf.get(environment);
  if (known) return known;
  const made = import('../checkup/entry.js').then(({ createRuns }) => createRuns({ newId: environment.random.uuid, mostKept }));
  runsOf.set(environment, made);
  return made;
};

async function runOfPath(context: Context, request: FastifyRequest): Promise<Run> {
  const runs = await checkupsOf(environmentOfPath(context, request));
  const id = textMember(request.params, 'checkupId') ?? '';
  const run = runs.find(id);
  if (run) return run;
  throw new ControlError(
    404,
    'checkup_unknown',
    `there is no checkup ${JSON.stringify(id)}`,
    `GET …/checkups lists those that are kept: the newest ${mostKept}`,
  );
}

/** Ends what waits for a checkup when the caller has gone away, the environment is removed or the server closes. */
function endOf(request: FastifyRequest, reply: FastifyReply, signals: readonly AbortSignal[]) {
  const gone = new AbortController();
  const leave = () => gone.abort();
  const hasLeft = () => {
    if (!reply.raw.writableEnded) leave();
  };
  request.raw.socket.once('close', leave);
  reply.raw.once('close', hasLeft);
  return {
    signal: AbortSignal.any([gone.signal, ...signals]),
    /** From now on, the caller may go away. */
    release() {
      request.raw.socket.off('close', leave);
      reply.raw.off('close', hasLeft);
    },
  };
}

/** Checkups that run in the server: an application is taken through everything that can be wrong with a sign-on. */
export const checkups = (app: App, context: Context, closing: AbortSignal): void => {
  const path = `${environmentPath}/checkups`;
  const inBrowser = createInBrowser();

  const list = {
    schema: { summary: 'List the checkups that are kept, oldest first', answers: shows(object({ checkups: array(runSchema) })) },
  };
  app.get(path, list, async (request, reply) => {
    const runs = await checkupsOf(environmentOfPath(context, request));
    return sendJson(reply, { checkups: runs.list().map(runBody) });
  });

  const start = {
    schema: {
      summary:
        'Check an application: sign a person on again and again, each time with something wrong. It answers once an ordinary sign-on has succeeded, and then runs on',
      body,
      answers: creates(runSchema),
    },
  };
  app.post(path, start, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const given: Infer<typeof body> = request.body;
    const origin = context.origin(request);
    const checked = { control: selfControl(app, origin), id: environment.id, issuer: `${context.baseUrl(request, environment)}/as` };
    const { signal, release } = endOf(request, reply, [environment.removed, closing]);
    try {
      const runs = await checkupsOf(environment);
      const begin = () => runs.start(checked, { ...given, signal });
      return await sendJson(reply.code(201), runBody(await (given.browser ? inBrowser(begin) : begin())));
    } catch (error) {
      throw refusalOfCheckup(error as Error);
    } finally {
      release();
    }
  });

  const show = { schema: { summary: 'One checkup, with what it has found so far', answers: shows(runSchema) } };
  app.get(`${path}/:checkupId`, show, async (request, reply) => sendJson(reply, runBody(await runOfPath(context, request))));

  const summary = 'Stop a checkup that runs, which keeps its report; remove one that has ended';
  app.delete(`${path}/:checkupId`, { schema: { summary } }, async (request, reply) => {
    const run = await runOfPath(context, request);
    if (run.state === 'running') await run.stop();
    else (await checkupsOf(environmentOfPath(context, request))).remove(run.id);
    return reply.code(204).send();
  });

  const report = {
    schema: {
      summary: 'The report of a checkup as a file: one HTML page, JUnit’s XML, JSON, or a badge in SVG',
      querystring,
      answers: {
        200: { 'text/html': string, 'application/xml': string, 'application/json': reportSchema, 'image/svg+xml': string },
      },
    },
  };
  app.get(`${path}/:checkupId/report`, report, async (request, reply) => {
    const { format } = request.query;
    const found = reportBody(await runOfPath(context, request));
    const { htmlOf, junitOf, badgeOf } = await import('../checkup/entry.js');
    const written = { html: htmlOf, junit: junitOf, badge: badgeOf, json: (given: typeof found) => `${JSON.stringify(given)}\n` };
    return reply
      .header('content-type', formats[format])
      .header('content-disposition', `attachment; filename="${files[format]}"`)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .send(written[format](found));
  });

  const events = {
    schema: {
      summary:
        'A checkup as it runs, as server-sent events: `finding` for each case, from the first one or from Last-Event-ID on, and `end` with its state',
      answers: { 200: { 'text/event-stream': string } },
    },
  };
  app.get(`${path}/:checkupId/events`, events, async (request, reply) =>
    sendRunEvents(request, reply, await runOfPath(context, request), closing),
  );
};
