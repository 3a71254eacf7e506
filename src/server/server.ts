import Fastify, { type FastifyError, type FastifyReply, LogController } from 'fastify';
import { uploadedImages } from '../configuration/branding/routes-uploads.js';
import { startDeliveries } from '../configuration/subscriptions/deliveries.js';
import { collectDescriptions } from '../control/openapi.js';
import { diagnoseWriteFailure, reportFailure } from '../diagnosis/failure.js';
import { recordRefusal, recordUnrouted } from '../diagnosis/unmatched.js';
import type { App, Context, Endpoint } from '../environment/context.js';
import { StoreUnavailable } from '../environment/shared/errors.js';
import { inUnit } from '../environment/store/unit.js';
import { WriteFailure } from '../environment/store/write-failure.js';
import { asItIs, isManagement, ownType, sendPingOneError } from '../http/answers.js';
import { readBodies } from '../http/bodies.js';
import { type DeferredApp, deferApp } from '../http/deferred-app.js';
import { noteExchangeSchemas } from '../http/exchange-schemas.js';
import { answerMalformed, answerUnreadable } from '../http/malformed-request.js';
import { answerUnrouted, collectRoutes, type Routes } from '../http/pingone-gateway.js';
import { refusalOf } from '../http/refusals.js';
import { perRequest } from '../http/request-log.js';
import { compilersFactory } from '../http/route-schemas.js';
import { home } from '../inspector/home.js';
import { createSeededRandom, type Random } from '../lib/random.js';
import { oauth } from '../oauth/index.js';
import { unavailable, unexpected } from '../pingone/pingone-error.js';
import { prettyJson } from '../pingone/pretty-json.js';
import { caDownload } from './ca-download.js';
import { dispatchRequests } from './dispatch.js';
import { health } from './health.js';
import { hookRequests } from './request-hooks.js';
import { isSignOnPath } from './sign-on-areas.js';

/** Answers errors for which a folder has no format of its own: in PingOne's format. A bug is also logged. */
export function answerErrors(app: App, context: Context): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (!request.exchange) return answerUnreadable(request, reply);
    const refused = refusalOf(error) ?? (error instanceof StoreUnavailable ? unavailable(error.message) : unexpected(error.message));
    if (refused.status >= 500) reportFailure(request, reply, error);
    if (error instanceof WriteFailure) recordRefusal(context, request, reply, refused, diagnoseWriteFailure(error));
    return sendPingOneError(request, reply, refused);
  });
}

interface AppOptions {
  /** The apps that this one passes requests on to. Only the main app has some, and only it gets URLs as they were sent. */
  readonly deferred?: readonly DeferredApp[];
  readonly ignoreTrailingSlash?: boolean;
  /** The list that its routes join. */
  readonly routes?: Routes | undefined;
}

/** An app with everything that applies to all requests, without endpoints. */
function createApp(context: Context, requestIds: Random, { deferred, ignoreTrailingSlash = false, routes: known }: AppOptions): App {
  const app: App = Fastify({
    loggerInstance: perRequest(context.log),
    logController: new LogController({ disableRequestLogging: true }),
    ...(deferred && { rewriteUrl: context.routedUrl }),
    genReqId: requestIds.uuid,
    bodyLimit: 1_048_576,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash },
    schemaController: { compilersFactory },
    clientErrorHandler: answerMalformed(context.log, requestIds),
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const refused = refusalOf(error) ?? unexpected(error.message);
      reply
        .code(refused.status)
        .header('content-type', ownType(request))
        .serializer(asItIs)
        .send(prettyJson(refused.envelope(context.random.uuid())));
    },
  });

  const routes = collectRoutes(app, known);
  noteExchangeSchemas(app, context.routeSchemas);
  app.decorate('registeredRoutes', collectDescriptions(app));
  hookRequests(app, context, { routes, deferred });
  answerErrors(app, context);
  app.setNotFoundHandler((request, reply) => {
    recordUnrouted(context, request, reply, routes);
    return answerUnrouted(request, reply, routes);
  });

  readBodies(app);
  if (context.settings.dataFolder !== undefined) app.addHook('preHandler', (_request, _reply, done) => inUnit(done));
  return app;
}

type Folder = readonly [prefix: string, endpoint: Endpoint];

async function addFolders(app: App, context: Context, folders: readonly Folder[]): Promise<App> {
  for (const [prefix, endpoint] of folders)
    app.register(
      (folder, _options, done) => {
        endpoint(folder as App, context);
        done();
      },
      { prefix },
    );
  await app.ready();
  return app;
}

/** The origin of the server when there is no request to take it from: the base URL, or localhost with the open port. */
function ownOrigin({ server }: App, { settings: { baseUrl, https, httpsPort, port } }: Context): string {
  if (baseUrl !== undefined) return baseUrl;
  if (https === 'only') return `https://localhost:${httpsPort}`;
  const address = server.address();
  return `http://localhost:${typeof address === 'object' && address ? address.port : port}`;
}

/** The path of a URL without percent-encoding. The router has already refused malformed encoding. */
const decodedPath = (url: string): string => decodeURI(url.split('?', 1)[0] as string);

/** The mock's own addresses below /__mock. */
const isOwnAddress = (url: string): boolean => /^\/__mock(\/|$)/.test(decodedPath(url));

/** Builds the whole server; it does not listen yet. */
export async function buildServer(context: Context): Promise<App> {
  // A separate source, so that the number of requests (health checks, for example) does not change other ids.
  const { randomSeed } = context.settings;
  const requestIds = randomSeed === undefined ? context.random : createSeededRandom(`${randomSeed}:requests`);
  // The two apps with most of the routes and schemas are built on their first request, so that the server starts faster.
  const managementApp = deferApp(isManagement, async () => {
    const { management } = await import('../configuration/routes.js');
    // Clients of the management API may end a path with a slash.
    return addFolders(createApp(context, requestIds, { ignoreTrailingSlash: true }), context, [['/v1', management]]);
  });
  const ownApp = deferApp(isOwnAddress, async () => {
    const [{ control }, { inspectorEndpoints }, { inspector }] = await Promise.all([
      import('../control/index.js'),
      import('../inspector/index.js'),
      import('../inspector/routes.js'),
    ]);
    const own = createApp(context, requestIds, {});
    own.decorate('wholeServer', app).decorate('describedRoutes', describedRoutes);
    caDownload(own, context);
    return addFolders(own, context, [
      ['/__mock', inspector],
      ['/__mock/v1', control(inspectorEndpoints)],
    ]);
  });
  // In one list: what is asked for in vain may be nearly a path of the other app.
  const routes: Routes = [];
  const signOnApp = deferApp(
    (url) => isSignOnPath(decodedPath(url)),
    async () => {
      const { signOnFolders } = await import('./sign-on-folders.js');
      const folders = Object.entries(signOnFolders).map(([area, endpoint]) => [`/:environmentId/${area}`, endpoint] as const);
      // What it calls itself, as an identity provider does, may be any address.
      return addFolders(createApp(context, requestIds, { routes }).decorate('wholeServer', app), context, folders);
    },
  );
  const deferred = [managementApp, signOnApp, ownApp];
  const app = createApp(context, requestIds, { deferred, routes });
  dispatchRequests(app, context.settings, deferred);
  const describedRoutes = async () => [
    ...app.registeredRoutes,
    ...(await signOnApp.get()).registeredRoutes,
    ...(await ownApp.get()).registeredRoutes,
    ...(await managementApp.get()).registeredRoutes,
  ];
  app.decorate('describedRoutes', describedRoutes);
  app.addHook('preClose', async () => {
    // Before the connections close, requests that wait for a key are refused, and event streams end.
    context.keyMaker.close();
    await ownApp.close();
  });
  const deliveries = startDeliveries(context, () => ownOrigin(app, context));
  app.addHook('onClose', async () => {
    deliveries.close();
    await Promise.all([managementApp.close(), signOnApp.close()]);
    context.keyPool.close();
  });
  health(app, context);
  // What other replicas have served is shown here: of every route, this one must know what is secret.
  if (context.settings.hideSecrets && context.recordings.areShared) await Promise.all(deferred.map((each) => each.get()));
  return addFolders(app, context, [
    ['', home],
    ['', uploadedImages],
    ['/:environmentId/as', oauth],
  ]);
}
