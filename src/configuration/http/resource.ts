import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { type App, type Context, type Environment, environmentOf } from '../../environment/context.js';
import { serialize } from '../../environment/serialize.js';
import type { Store } from '../../environment/store/types.js';
import type { Collection, Item } from '../../lib/collections/types.js';
import type { FilterPlan } from '../../lib/filter/plan.js';
import type { Schema } from '../../lib/schema/compile.js';
import { type Infer, object, readBy, string } from '../../lib/schema/types.js';
import { type Links, toCollection } from '../../pingone/hal.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from './answers.js';
import { readFilteredPage } from './filtering.js';
import { pagesAround, pagingQuery, queryOf } from './paging.js';
import { addressOf, environmentUrl, idOf, idsIn, namesIn } from './paths.js';

/** A request to a resource, with what its handlers need. */
export interface Call<P = undefined> {
  readonly request: FastifyRequest;
  readonly environment: Environment;
  /** What the resource belongs to: the application of a grant, the policy of an action. */
  readonly parent: P;
}

/** The addresses that an item's links are made of. */
export interface Addresses {
  readonly self: string;
  readonly environment: string;
  readonly parent: string;
}

type Shown = { _links: Links };

interface Declaration<T, P> {
  /** The path of one item: /environments/:environmentId/groups/:groupId. */
  readonly path: string;
  /** The list's name in answers, if it differs from the end of its path. */
  readonly member?: string;
  /** Finds what the resource belongs to by the id in its path, or throws. */
  parent?(environment: Environment, id: string, request: FastifyRequest): Promise<P>;
  /** Every item, in the order of the list. */
  items?(call: Call<P>): Promise<T[]>;
  /** Finds an item by its id, or throws. Without it, the item is looked up among `items`. */
  find?(environment: Environment, id: string): Promise<T>;
  show(item: T, addresses: Addresses, call: Call<P>): Shown | Promise<Shown>;
}

const above = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const lastIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const configOf = (described: object | undefined): FastifyContextConfig =>
  described ? { bodies: { 'application/json': described as Schema } } : {};

/** The query of a list that can be filtered and comes in pages. */
export const filteredPageQuery = object({}, { ...pagingQuery, filter: string });

interface FilteredPage<T extends Item> {
  readonly url: string;
  readonly collection: Collection<T>;
  readonly plan: FilterPlan<T> | undefined;
  show(item: T): object | Promise<object>;
}

/** One page of a collection of an environment, as an answer shows it. */
export async function showFilteredPage<T extends Item>(
  request: FastifyRequest,
  environment: Environment,
  { url, collection, plan, show }: FilteredPage<T>,
) {
  const name = lastIn(url);
  const { filter: _, ...wanted } = readBy(filteredPageQuery, request.query);
  const { items, count, ...pages } = await readFilteredPage(collection, `${environment.id}/${name}`, plan, wanted);
  const shown = await Promise.all(items.map(show));
  return toCollection(name, shown, { self: `${url}${queryOf(request)}`, ...pagesAround(request, url, pages), count });
}

/**
 * The routes that most of PingOne's resources have. Each function registers one of them, so that a resource which does
 * something else at one place writes that route itself.
 */
export function resource<T extends { readonly id: string }, P = undefined>(
  app: App,
  context: Context,
  { path, member, parent: findParent, items, find, show }: Declaration<T, P>,
) {
  const collectionPath = above(path);
  const listName = member ?? lastIn(collectionPath);
  const [ofCollection, ofItem] = [idsIn(collectionPath), idsIn(path)];
  const [parentName = '', itemName = ''] = namesIn(path).slice(-2);
  const urlOf = (request: FastifyRequest): string => addressOf(context, request, collectionPath);

  const open = async (request: FastifyRequest): Promise<Call<P>> => {
    const environment = environmentOf(context, request);
    return { request, environment, parent: (await findParent?.(environment, idOf(request, parentName), request)) as P };
  };
  const itemOf = async (call: Call<P>): Promise<T> => {
    const id = idOf(call.request, itemName);
    const item = await (find ? find(call.environment, id) : items?.(call).then((all) => all.find((other) => other.id === id)));
    if (!item) throw notFound();
    return item;
  };
  const showItem = (call: Call<P>, item: T): Shown | Promise<Shown> => {
    const url = urlOf(call.request);
    const environment = environmentUrl(context, call.request, call.environment);
    return show(item, { self: `${url}/${item.id}`, environment, parent: above(url) }, call);
  };

  return {
    list(): void {
      app.get(collectionPath, { schema: { params: ofCollection } }, async (request) => {
        const call = await open(request);
        const shown = await Promise.all(((await items?.(call)) ?? []).map((item) => showItem(call, item)));
        return toCollection(listName, shown, { self: urlOf(request), count: shown.length });
      });
    },

    /** A list that can be filtered, and comes in pages. */
    pages(
      collectionOf: (store: Store) => Collection<T>,
      planOf: (call: Call<P>, filter?: string) => Promise<FilterPlan<T> | undefined>,
    ): void {
      app.get(collectionPath, { schema: { params: ofCollection, querystring: filteredPageQuery } }, async (request) => {
        const call = await open(request);
        return showFilteredPage(request, call.environment, {
          url: urlOf(request),
          collection: collectionOf(call.environment.store),
          plan: await planOf(call, request.query.filter),
          show: (item) => showItem(call, item),
        });
      });
    },

    /** `described` is the schema for the API's description, where the work reads the body itself. */
    create<const S extends Schema>(body: S, work: (call: Call<P>, body: Infer<S>) => Promise<T>, described?: object): void {
      const config = configOf(described);
      app.post(collectionPath, { schema: { params: ofCollection, body: body as Schema }, config }, async (request, reply) => {
        const call = await open(request);
        return created(reply, await showItem(call, await work(call, readBy(body, request.body))));
      });
    },

    read(): void {
      app.get(path, { schema: { params: ofItem } }, async (request) => {
        const call = await open(request);
        return showItem(call, await itemOf(call));
      });
    },

    replace<const S extends Schema>(body: S, work: (call: Call<P>, item: T, body: Infer<S>) => Promise<T>, described?: object): void {
      const config = configOf(described);
      app.put(path, { schema: { params: ofItem, body: body as Schema }, config }, async (request) => {
        const call = await open(request);
        return showItem(call, await work(call, await itemOf(call), readBy(body, request.body)));
      });
    },

    /** PATCH. Changes of one item wait for each other, so that none of two at once is lost. */
    change<const S extends Schema>(body: S, work: (call: Call<P>, item: T, body: Infer<S>) => Promise<T>): void {
      app.patch(path, { schema: { params: ofItem, body: body as Schema } }, async (request) => {
        const call = await open(request);
        const changed = await serialize(call.environment, `${path} ${idOf(request, itemName)}`, async () =>
          work(call, await itemOf(call), readBy(body, request.body)),
        );
        return showItem(call, changed);
      });
    },

    remove(work: (call: Call<P>, item: T) => Promise<unknown>): void {
      app.delete(path, { schema: { params: ofItem } }, async (request, reply) => {
        const call = await open(request);
        await work(call, await itemOf(call));
        return done(reply);
      });
    },
  };
}

interface EmptyListOptions {
  parent?(environment: Environment, id: string): Promise<unknown>;
  /** The list's name in the answer, if it differs from the end of its path. */
  readonly member?: string;
}

/** A list that is always empty: it belongs to a product that the mock does not play, and clients ask for it all the same. */
export function emptyList(app: App, context: Context, path: string, { parent, member = lastIn(path) }: EmptyListOptions = {}): void {
  app.get(path, { schema: { params: idsIn(path) } }, async (request) => {
    const environment = environmentOf(context, request);
    await parent?.(environment, idOf(request, namesIn(path).at(-1) as string));
    return toCollection(member, [], { self: addressOf(context, request, path), count: 0 });
  });
}
