import type { Endpoint } from '../environment/context.js';

/** Liveness and readiness. */
export const health: Endpoint = (app, context) => {
  app.get('/healthz', () => ({ status: 'ok' }));
  // The port opens only when the server is ready, so over the wire any response means ready.
  app.get('/readyz', (_request, reply) => {
    const failure = context.storageFailure();
    if (failure) return reply.code(503).send({ status: 'failing', reason: failure.message });
    const waitingFor = [...context.waitingFor];
    if (waitingFor.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'starting', waiting_for: waitingFor });
  });
};
