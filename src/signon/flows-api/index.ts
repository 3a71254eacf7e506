import type { FastifyError } from 'fastify';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import type { Endpoint } from '../../environment/context.js';
import { sendPingOneError } from '../../http/answers.js';
import { malformed, PingOneError } from '../../pingone/pingone-error.js';
import { flow } from './flow.js';

const toPingOneError = (error: FastifyError): PingOneError | undefined => {
  const status = error.statusCode ?? 500;
  return status < 500 ? malformed(error.message, status) : undefined;
};

/** PingOne's flows API, under /{environmentId}/flows. Errors are in PingOne's own format. */
export const flows: Endpoint = (app, context) => {
  app.setErrorHandler((error: FastifyError | PingOneError, request, reply) => {
    const refused = error instanceof PingOneError ? error : toPingOneError(error);
    if (!refused) throw error;
    recordRefusal(context, request, reply, refused);
    return sendPingOneError(request, reply, refused);
  });
  flow(app, context);
};
