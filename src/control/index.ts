import type { Endpoint } from '../environment/context.js';
import { checkups } from './checkups.js';
import { ciba } from './ciba.js';
import { claimsRules } from './claims-rules.js';
import { clock } from './clock.js';
import { answerControlError, ControlError } from './control-error.js';
import { devices } from './devices.js';
import { events } from './events.js';
import { expressions } from './expressions.js';
import { faults } from './faults.js';
import { identityProviders } from './identity-providers.js';
import { keyRotation } from './key-rotation.js';
import { leases } from './leases.js';
import { outbox } from './outbox.js';
import { postman } from './postman.js';
import { requests } from './requests.js';
import { reset } from './reset.js';
import { refuseForeignOrigins } from './same-origin.js';
import { seedExport } from './seed-export.js';
import { serverInfo } from './server-info.js';
import { signOn } from './sign-on.js';
import { testEnvironments } from './test-environments.js';
import { tokenMinting } from './token-minting.js';
import { transactions } from './transactions.js';
import { validateForControl } from './validation.js';

/**
 * The control API, /__mock/v1: what tests need and PingOne does not have. One file an endpoint; begin with `faults.ts`.
 * @param more the endpoints that only the inspector's pages use
 */
export const control =
  (more: readonly Endpoint[]): Endpoint =>
  (app, context) => {
    if (!context.settings.admin) return;
    app.setErrorHandler(answerControlError);
    app.setNotFoundHandler((request) => {
      const fix = 'GET /__mock/v1/openapi.json lists the paths';
      throw new ControlError(404, 'path_unknown', `there is nothing at ${request.method} ${request.url}`, fix);
    });
    refuseForeignOrigins(app, context);
    validateForControl(app);
    const closing = new AbortController();
    app.addHook('preClose', async () => closing.abort());
    for (const endpoint of [
      serverInfo,
      testEnvironments,
      tokenMinting,
      expressions,
      signOn,
      claimsRules,
      leases,
      faults,
      requests,
      transactions,
      events,
      clock,
      keyRotation,
      reset,
      outbox,
      identityProviders,
      checkups,
      ciba,
      devices,
      ...more,
      seedExport,
      postman,
    ])
      endpoint(app, context, closing.signal);
  };
