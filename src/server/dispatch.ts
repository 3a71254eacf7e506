import type { App } from '../environment/context.js';
import type { DeferredApp } from '../http/deferred-app.js';
import type { Settings } from '../settings/read.js';
import { signOnAreas } from './sign-on-areas.js';

/** The paths that may be served by another app than the first. */
const elsewhere = new RegExp(`^/(v1|__mock|[^/?%]*/(${signOnAreas.join('|')}))(?=[/?]|$)`);

/** Where a path below an environment's id begins, as in /{environmentId}/as. */
const belowId = 37;

/**
 * Hands a request that comes over a socket to the app that serves it, so that it passes through one app. What the first app has to
 * look at stays with it: what asks for an app that is not built yet, which it may refuse at once; percent-encoded paths, absolute URLs, those below the path of a base URL, and all once the server stops.
 */
export function dispatchRequests(app: App, { baseUrl }: Pick<Settings, 'baseUrl'>, deferred: readonly DeferredApp[]): void {
  if (baseUrl !== undefined && new URL(baseUrl).pathname !== '/') return;
  const first = app.routing;
  let isOpen = true;
  app.addHook('preClose', async () => {
    isOpen = false;
  });
  app.routing = (request, response) => {
    const { url = '/' } = request;
    // Most requests are for the authorization server, which is the first app's.
    const served =
      !url.startsWith('/as/', belowId) && elsewhere.test(url) && isOpen ? deferred.find(({ serves }) => serves(url))?.built : undefined;
    if (served) served.routing(request, response);
    else first(request, response);
  };
  app.server.removeListener('request', first);
  app.server.on('request', app.routing);
}
