import type { Environment } from '../../environment/context.js';
import type { IdentityProvider, IdentityProviderAttribute } from '../../environment/model/identity-providers.js';
import { serialize } from '../../environment/serialize.js';
import { compileShape } from '../../lib/schema/compile.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { configuredKeys } from '../keys/keys.js';
import { type Reference, requireKnown } from '../references.js';
import {
  isReservedTarget,
  type ProviderAttributeBody,
  type ProviderType,
  providerBody,
  providerHead,
  providerTypes,
  usernameSources,
} from './schema.js';

/** The provider of this id, or a 404. */
export const providerOf = finder(({ identityProviders }) => identityProviders);

/** The references in a provider: those of the last two are a SAML provider's. */
interface ProviderReferences extends Pick<IdentityProvider, 'registration'> {
  readonly idpVerification?: { readonly certificates: readonly { readonly id: string }[] };
  readonly spSigning?: { readonly key: { readonly id: string } };
}

export type ProviderBody = Pick<IdentityProvider, 'name' | 'enabled' | 'registration'> & { readonly type: ProviderType };

const checkHead = compileShape(providerHead);
const checkByType = new Map(providerTypes.map((type) => [type, compileShape(providerBody(type))]));

/** Reads the body of a provider: which members it has depends on its type. */
export function readProvider(body: unknown): ProviderBody {
  const head = checkHead(body);
  if (head.problems.length > 0) throw refuseBody(head.problems);
  const { type } = head.value as { type: ProviderType };
  const { value, problems } = checkByType.get(type)?.(body) ?? head;
  if (problems.length > 0) throw refuseBody(problems);
  return value as ProviderBody;
}

const key: Reference[2] = async (environment, id) => (await configuredKeys(environment)).find((one) => one.id === id);

/** The references of a provider, except its icons, which may name images that do not exist here. */
function referencesOf(provider: IdentityProvider): Reference[] {
  const { registration, idpVerification, spSigning } = provider as ProviderReferences;
  return [
    ['registration.population.id', registration?.population?.id, ({ store }, id) => store.populations.get(id)],
    ...(idpVerification?.certificates ?? []).map(
      ({ id }, at): Reference => [`idpVerification.certificates[${at}].id`, id, ({ store }, named) => store.certificates.get(named)],
    ),
    ['spSigning.key.id', spSigning?.key.id, key],
  ];
}

async function put(environment: Environment, provider: IdentityProvider, before?: IdentityProvider): Promise<IdentityProvider> {
  await requireKnown(environment, referencesOf(provider), before && referencesOf(before));
  await putUnique(environment.store.identityProviders, provider, 'name');
  return provider;
}

const withDefaults = <T extends { readonly type: string }>(body: T): T =>
  body.type === 'OPENID_CONNECT' ? { pkceMethod: 'NONE', ...body } : body;

/** The mapping of the username, which every provider has. */
export const coreAttributeOf = (
  environment: Environment,
  { id, type }: { readonly id: string; readonly type: ProviderType },
): IdentityProviderAttribute => ({
  ...newMembers(environment),
  identityProvider: { id },
  name: 'username',
  value: usernameSources[type],
  update: 'EMPTY_ONLY',
  mappingType: 'CORE',
});

/** Creates a provider, with the mapping of the username. */
export const createProvider = (environment: Environment, body: ProviderBody): Promise<IdentityProvider> =>
  serialize(environment, 'identity providers', async () => {
    const provider = { ...newMembers(environment), ...withDefaults(body) };
    await put(environment, provider);
    await environment.store.identityProviderAttributes.put(coreAttributeOf(environment, provider));
    return provider;
  });

/** Replaces a provider, whose type remains. */
export const replaceProvider = (environment: Environment, existing: IdentityProvider, body: ProviderBody): Promise<IdentityProvider> =>
  serialize(environment, 'identity providers', async () => {
    if (body.type !== existing.type) throw invalidValue('type', texts.immutable.text);
    const { playedBy } = existing;
    return put(environment, { ...keptMembers(environment, existing), ...withDefaults(body), ...(playedBy !== undefined && { playedBy }) });
  });

/** Deletes a provider with its mappings, and with what is linked to it. Populations whose users signed on by it use PingOne again. */
export const deleteProvider = (environment: Environment, { id }: IdentityProvider): Promise<void> =>
  serialize(environment, 'identity providers', async () => {
    const { identityProviders, identityProviderAttributes, linkedAccounts, populations } = environment.store;
    await identityProviders.take(id);
    for (const attribute of await identityProviderAttributes.find('identityProvider.id', id))
      await identityProviderAttributes.take(attribute.id);
    for (const account of await linkedAccounts.find('identityProvider.id', id)) await linkedAccounts.take(account.id);
    for (const { defaultIdentityProvider, ...population } of await populations.list())
      if (defaultIdentityProvider?.id === id) await populations.put(population);
  });

async function putAttribute({ store }: Environment, attribute: IdentityProviderAttribute): Promise<IdentityProviderAttribute> {
  await putUnique(store.identityProviderAttributes, attribute, 'name');
  return attribute;
}

export const createProviderAttribute = (
  environment: Environment,
  { id }: IdentityProvider,
  body: ProviderAttributeBody,
): Promise<IdentityProviderAttribute> =>
  serialize(environment, 'identity providers', async () => {
    if (isReservedTarget(body.name)) throw invalidValue('name', texts.providerAttribute.text);
    if (!(await environment.store.identityProviders.get(id))) throw unknownReference('identityProvider');
    return putAttribute(environment, { ...newMembers(environment), ...body, identityProvider: { id }, mappingType: 'CUSTOM' });
  });

/** Replaces a mapping. Of the core mapping only the value can change. */
export async function replaceProviderAttribute(
  environment: Environment,
  existing: IdentityProviderAttribute,
  body: ProviderAttributeBody,
): Promise<IdentityProviderAttribute> {
  const { identityProvider, mappingType, name, update } = existing;
  if (isReservedTarget(body.name)) throw invalidValue('name', texts.providerAttribute.text);
  if (mappingType === 'CORE' && body.name !== name) throw invalidValue('name', texts.immutable.text);
  if (mappingType === 'CORE' && body.update !== update) throw invalidValue('update', texts.immutable.text);
  return putAttribute(environment, { ...keptMembers(environment, existing), ...body, identityProvider, mappingType });
}

/** Deletes a mapping other than the core one. */
export async function deleteProviderAttribute({ store }: Environment, { id, mappingType }: IdentityProviderAttribute): Promise<void> {
  if (mappingType === 'CORE') throw constraint(texts.providerAttributeCore.text);
  await store.identityProviderAttributes.take(id);
}
