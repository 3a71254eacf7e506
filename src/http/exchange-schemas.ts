import type { App } from '../environment/context.js';
import type { ExchangeSchemas } from '../environment/journal/exchange.js';
import type { Schema } from '../lib/schema/compile.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route reads from query and form together, where it reads them itself. */
    parameters?: Schema;
    /** What is secret of the answer. */
    answer?: Schema;
    /** Every schema of the route, for the journal. */
    exchangeSchemas?: ExchangeSchemas;
  }
}

const present = (...schemas: readonly unknown[]): Schema[] => schemas.filter((schema) => schema !== undefined) as Schema[];

/** Notes the schemas of all routes that are registered from now on: the journal asks them what is secret. */
export function noteExchangeSchemas(app: App): void {
  app.addHook('onRoute', (route) => {
    const { schema: { querystring, body } = {}, config } = route;
    const { parameters, bodies = {}, answer } = config ?? {};
    const exchangeSchemas: ExchangeSchemas = {
      query: present(querystring, parameters),
      body: present(body, parameters, ...Object.values(bodies)),
      answer: present(answer),
    };
    route.config = { ...config, exchangeSchemas } as NonNullable<typeof config>;
  });
}
