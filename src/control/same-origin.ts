import type { App, Context } from '../environment/context.js';
import { ControlError } from './control-error.js';

/** Refuses requests from pages of other origins: 403. Any web page can reach a local server: see CVE-2025-24010. */
export function refuseForeignOrigins(app: App, { isOwnOrigin }: Context): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || isOwnOrigin(request)) return done();
    done(
      new ControlError(
        403,
        'origin_refused',
        `pages of ${JSON.stringify(origin)} may not use the control API`,
        'call it from a test or a script, which send no Origin header, or from the mock’s own pages',
      ),
    );
  });
}
