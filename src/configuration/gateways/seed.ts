import { seedRoles } from '../roles/seed.js';
import { rolesOf, without } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, flag, roleAssignments, seedObject } from '../seed/schema-parts.js';
import { gatewayMembersOf } from './gateways.js';
import { gatewayMembers } from './schema.js';

const withoutSecret = (client: object) =>
  Object.fromEntries(Object.entries(client as Readonly<Record<string, unknown>>).filter(([name]) => name !== 'sharedSecret'));

/** Gateways in a seed. One replaces the gateway of its name. Nothing can read their passwords and credentials. */
export const gatewaySeeds = seedKind('gateways', {
  schema: seedObject(
    { ...gatewayMembers, enabled: flag, roleAssignments, credentials: answered, supportedVersions: answered, currentAlerts: answered },
    ['name', 'type'],
  ),
  async put(target, { roleAssignments: roles = [], ...seed }, place) {
    const { environment } = target;
    const { gateways } = environment.store;
    const [named] = await gateways.find('name', seed.name.toLowerCase());
    const { id, ...members } = seed;
    const gateway = itemOf(environment, {
      ...gatewayMembersOf(environment, { ...members, enabled: seed.enabled ?? true }),
      id: id ?? named?.id ?? (await idFromNames(environment, gateways, 'gateway', seed.name)),
    });
    if (named && named.id !== gateway.id) await gateways.take(named.id);
    await gateways.put(gateway);
    await seedRoles(target, { id: gateway.id, type: 'GATEWAY' }, roles, place);
  },
  async collect({ list, secrets }) {
    const gateways = [];
    for (const gateway of await list('/gateways')) {
      const roles = rolesOf(await list(`/gateways/${gateway.id}/roleAssignments`));
      const clients = gateway.radiusClients as readonly object[] | undefined;
      gateways.push({
        ...without(gateway, 'credentials', 'supportedVersions', 'currentAlerts', ...(secrets ? [] : ['defaultSharedSecret'])),
        ...(clients && { radiusClients: secrets ? clients : clients.map(withoutSecret) }),
        ...(roles.length > 0 && { roleAssignments: roles }),
      });
    }
    return gateways;
  },
});
