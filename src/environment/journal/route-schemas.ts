import type { Exchange, ExchangeSchemas } from './exchange.js';

/** The schemas of this server's routes: what another replica has served is read with them. */
export interface RouteSchemas {
  note(method: string | readonly string[], route: string, schemas: ExchangeSchemas): void;
  of(exchange: Pick<Exchange, 'method' | 'route'>): ExchangeSchemas | undefined;
}

export function createRouteSchemas(): RouteSchemas {
  // As many as there are routes.
  const known = new Map<string, ExchangeSchemas>();
  return {
    note(methods, route, schemas) {
      for (const method of [methods].flat()) known.set(`${method} ${route}`, schemas);
    },
    of: ({ method, route = '' }) => known.get(`${method} ${route}`),
  };
}
