import { without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, list, pointer, seedObject } from '../seed/schema-parts.js';
import { follow, refusedAt, within } from '../seed/seed-error.js';
import type { Pointer } from '../seed/types.js';
import { filterOptions, subscriptionBody } from './schema.js';
import { requireRoom, subscriptionMembersOf } from './subscriptions.js';

const { httpEndpoint } = subscriptionBody.properties;

/** A target without its headers, which hold credentials. */
const withoutHeaders = (target: unknown) => {
  const { headers: _, ...shown } = Object(target) as Record<string, unknown>;
  return shown;
};

/** Subscriptions in a seed. One replaces the subscription of its id, or else of its name. */
export const subscriptionSeeds = seedKind('subscriptions', {
  schema: seedObject(
    {
      ...subscriptionBody.properties,
      filterOptions: {
        ...filterOptions,
        properties: { ...filterOptions.properties, includedApplications: list(pointer), includedPopulations: list(pointer) },
      },
      connectionDetails: { ...httpEndpoint },
      consumerOffset: answered,
    },
    ['name', 'filterOptions'],
  ),
  async put({ environment }, { id, ...seed }, place) {
    const { store } = environment;
    const { includedApplications, includedPopulations, ...filters } = seed.filterOptions;
    const followed = async <T extends { id: string; name: string }>(
      pointers: readonly Pointer[],
      items: Promise<T[]>,
      member: string,
      what: string,
    ) => {
      const known = await items;
      return pointers.map((each, at) => ({ id: follow(each, known, what, within(place, `filterOptions.${member}[${at}]`)).id }));
    };
    const body = {
      enabled: true,
      verifyTlsCertificates: true,
      ...seed,
      filterOptions: {
        ...filters,
        ...(includedApplications && {
          includedApplications: await followed(includedApplications, store.applications.list(), 'includedApplications', 'application'),
        }),
        ...(includedPopulations && {
          includedPopulations: await followed(includedPopulations, store.populations.list(), 'includedPopulations', 'population'),
        }),
      },
    };
    const all = await store.subscriptions.list();
    const known = id === undefined ? all.find(({ name }) => name === seed.name) : all.find((other) => other.id === id.toLowerCase());
    await refusedAt(place, async () => {
      if (!known) await requireRoom(environment);
      const members = await subscriptionMembersOf(environment, body);
      await store.subscriptions.put(itemOf(environment, { ...members, id: id ?? known?.id }));
    });
  },
  async collect({ list: read, secrets }) {
    const found = await read('/subscriptions');
    return found.map((subscription) => {
      const { connectionDetails, httpEndpoint: target, ...members } = without(subscription);
      const shown = secrets ? (value: unknown) => value : withoutHeaders;
      const tcp = members.protocol === 'TCP_IP';
      return { ...members, ...(tcp ? { connectionDetails: shown(connectionDetails) } : { httpEndpoint: shown(target) }) };
    });
  },
});
