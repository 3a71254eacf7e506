import type { Endpoint } from '../environment/context.js';

/** Liveness, readiness, and what a person sees who opens the bare address. */
export const health: Endpoint = (app, context) => {
  app.get('/healthz', () => ({ status: 'ok' }));
  // The port opens only once nothing is waited for, so over the wire an answer at all means ready.
  app.get('/readyz', (_request, reply) => {
    const waitingFor = [...context.waitingFor];
    if (waitingFor.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'starting', waiting_for: waitingFor });
  });
};
