import type { Endpoint } from './context.js';

/** Liveness, readiness, and what a person sees who opens the bare address. */
export const health: Endpoint = (app, context) => {
  app.get('/healthz', () => ({ status: 'ok' }));
  // The port opens only once keys and seed are in place, so an answer at all means ready.
  app.get('/readyz', (_request, reply) => {
    const ready = context.environments.list().length > 0;
    return reply.code(ready ? 200 : 503).send(ready ? { status: 'ready' } : { status: 'starting', waiting_for: ['seed'] });
  });
};
