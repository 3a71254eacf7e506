import type { Context, Environment } from '../../environment/context.js';
import { without } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { each, seedKind } from '../seed/kind.js';
import { answered, flag, list, name, seedObject } from '../seed/schema-parts.js';
import { type Place, refusal, within } from '../seed/seed-error.js';
import { partnerAttributes, providerFrom } from './from-environment.js';
import { coreAttributeOf } from './providers.js';
import { playedBy, providerAttributeBody, providerMembers, secretMembers } from './schema.js';

const attribute = seedObject(
  { ...providerAttributeBody.properties, mappingType: answered, identityProvider: answered },
  providerAttributeBody.required.filter((name) => name !== 'update'),
);

/** The other environment that a provider is from. */
function partnerNamed({ environments }: Context, { id }: Environment, named: string, place: Place): Environment {
  const others = environments.list().filter((other) => other.id !== id);
  const found = others.find((other) => other.id === named.toLowerCase()) ?? others.find(({ record }) => record.name === named);
  if (found) return found;
  const known = others.map(({ record }) => record.name).join(', ') || 'none';
  throw refusal(
    within(place, 'from'),
    `there is no other environment ${JSON.stringify(named)} yet (there are: ${known}); list it before this one`,
  );
}

/** Identity providers in a seed, with what users get from them. One replaces the provider of its name. */
export const identityProviderSeeds = seedKind('identityProviders', {
  schema: seedObject({ ...providerMembers, enabled: flag, from: name, playedBy, attributes: list(attribute) }, ['name', 'type']),
  async put({ environment, context }, { from, attributes = from === undefined ? [] : partnerAttributes, ...given }, place) {
    const partner = from === undefined ? undefined : partnerNamed(context, environment, from, place);
    const seed = { ...(partner && (await providerFrom(context, environment, partner, given))), ...given };
    const { identityProviders, identityProviderAttributes } = environment.store;
    const [named] = await identityProviders.find('name', seed.name.toLowerCase());
    const provider = {
      ...itemOf(environment, {
        ...seed,
        id: seed.id ?? named?.id ?? (await idFromNames(environment, environment.store.identityProviders, 'identity provider', seed.name)),
      }),
      enabled: seed.enabled ?? true,
    };
    if (named && named.id !== provider.id) await identityProviders.take(named.id);
    await identityProviders.put(provider);
    for (const id of new Set([named?.id ?? provider.id, provider.id]))
      for (const known of await identityProviderAttributes.find('identityProvider.id', id)) await identityProviderAttributes.take(known.id);
    await identityProviderAttributes.put(coreAttributeOf(environment, provider));
    await each(attributes, place, 'attributes', async (mapping) => {
      const [known] = await identityProviderAttributes.find('provider and name', `${provider.id} ${mapping.name}`);
      if (known) await identityProviderAttributes.take(known.id);
      await identityProviderAttributes.put({
        ...itemOf(environment, { ...mapping, id: mapping.id ?? known?.id }),
        identityProvider: { id: provider.id },
        update: mapping.update ?? 'EMPTY_ONLY',
        mappingType: known?.mappingType ?? 'CUSTOM',
      });
    });
  },
  async collect(reader) {
    const providers = [];
    for (const provider of await reader.list('/identityProviders')) {
      const attributes = await reader.list(`/identityProviders/${provider.id}/attributes`);
      providers.push({
        ...without(provider, ...(reader.secrets ? [] : secretMembers)),
        ...(provider.clientId !== undefined && { clientId: provider.clientId }),
        attributes: attributes.map((mapping) => without(mapping, 'mappingType', 'identityProvider')),
      });
    }
    return providers;
  },
});
