import type { App } from '../environment/context.js';
import type { ExchangeSchemas } from '../environment/journal/exchange.js';
import type { RouteSchemas } from '../environment/journal/route-schemas.js';
import type { Schema } from '../lib/schema/compile.js';
import { array, object } from '../lib/schema/types.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route reads from query and form together, where it reads them itself. */
    parameters?: Schema;
    /** The secret members of the answer, in addition to those of the bodies sent to its address. */
    answer?: Schema;
    /** Every schema of the route, for the journal. */
    exchangeSchemas?: ExchangeSchemas;
  }
}

const present = (...schemas: readonly unknown[]): Schema[] => schemas.filter((schema) => schema !== undefined) as Schema[];

const above = (url: string): string => url.slice(0, url.lastIndexOf('/'));
const lastIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
const isOne = (url: string): boolean => lastIn(url).startsWith(':');

/**
 * Notes the schemas of all routes that are registered from now on: the journal asks them what is secret. An answer may repeat
 * what was sent to its address: what is secret in a body is secret in the answers of the item and of its collection, and in
 * each item of a list.
 */
export function noteExchangeSchemas(app: App, routeSchemas: RouteSchemas): void {
  // By address. As many as there are routes.
  const sentTo = new Map<string, Set<Schema>>();
  const itemsOf = (collection: string, item: string | undefined): Schema[] =>
    [collection, item ?? collection].flatMap((url) => [...(sentTo.get(url) ?? [])]);
  /** The paths of one item by those of their collections. */
  const itemPaths = new Map<string, string>();
  const answersAt = (url: string): Schema[] => {
    if (isOne(url)) return itemsOf(above(url), url);
    const items = itemsOf(url, itemPaths.get(url));
    return items.length === 0
      ? []
      : [...items, ...items.map((item) => object({}, { _embedded: object({}, { [lastIn(url)]: array(item) }) }))];
  };
  app.addHook('onRoute', (route) => {
    const { schema: { querystring, body: ofRoute } = {}, config, url } = route;
    const { parameters, bodies = {}, answer } = config ?? {};
    const body = present(ofRoute, parameters, ...Object.values(bodies));
    const sent = sentTo.get(url) ?? new Set<Schema>();
    sentTo.set(url, sent);
    for (const each of body) sent.add(each);
    if (isOne(url)) itemPaths.set(above(url), url);
    const exchangeSchemas: ExchangeSchemas = {
      query: present(querystring, parameters),
      body,
      // Routes that are registered later count as well.
      get answer() {
        return [...present(answer), ...answersAt(url)];
      },
    };
    routeSchemas.note(route.method, url, exchangeSchemas);
    route.config = { ...config, exchangeSchemas } as NonNullable<typeof config>;
  });
}
