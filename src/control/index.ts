import type { Endpoint } from '../environment/context.js';
import { ciba } from './ciba.js';
import { claimsRules } from './claims-rules.js';
import { clock } from './clock.js';
import { onClosing } from './closing.js';
import { answerControlError, ControlError } from './control-error.js';
import { environments } from './environments.js';
import { events } from './events.js';
import { faults } from './faults.js';
import { keys } from './keys.js';
import { outbox } from './outbox.js';
import { requests } from './requests.js';
import { reset } from './reset.js';
import { root } from './root.js';
import { refuseStrangers } from './safety.js';
import { seed } from './seed.js';
import { signOn } from './sign-on.js';
import { tokens } from './tokens.js';
import { transactions } from './transactions.js';
import { validateForControl } from './validation.js';

/** The control API, under /__mock/v1: what PingOne does not have and tests need. `more` are the endpoints that serve its pages. */
export const control =
  (more: readonly Endpoint[]): Endpoint =>
  (app, context) => {
    if (!context.settings.admin) return;
    app.setErrorHandler(answerControlError);
    app.setNotFoundHandler((request) => {
      throw new ControlError(
        404,
        'path_unknown',
        `there is nothing at ${request.method} ${request.url}`,
        'GET /__mock/v1/openapi.json lists what there is',
      );
    });
    refuseStrangers(app, context);
    validateForControl(app);
    const closing = onClosing(app);
    for (const endpoint of [
      root,
      environments,
      tokens,
      signOn,
      claimsRules,
      faults,
      requests,
      transactions,
      events,
      clock,
      keys,
      reset,
      outbox,
      ciba,
      ...more,
      seed,
    ])
      endpoint(app, context, closing);
  };
