import type { Endpoint } from '../context.js';
import { onClosing } from './closing.js';
import { answerControlError, ControlError } from './control-error.js';
import { events } from './events.js';
import { refuseStrangers } from './safety.js';
import { transactions } from './transactions.js';
import { validateForControl } from './validation.js';

/** The control API, under /__mock/v1: what PingOne does not have and tests need (testing-api, D.3). */
export const mock: Endpoint = (app, context) => {
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
  for (const endpoint of [transactions, events]) endpoint(app, context, closing);
};
