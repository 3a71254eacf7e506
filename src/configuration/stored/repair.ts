import { dropRolesOn } from '../../environment/drop-roles.js';
import { policyIdOf } from '../../environment/model/application.js';
import type { EnvironmentRecord, Population } from '../../environment/model/configuration.js';
import { createStore } from '../../environment/store/create-store.js';
import type { CollectionFactory } from '../../environment/store/factory.js';
import { configurationNames } from '../../environment/store/indexes.js';
import type { Store } from '../../environment/store/types.js';
import type { Clock } from '../../lib/clock.js';
import type { Collection, Item } from '../../lib/collections/types.js';
import { derivedId } from '../../lib/derived-id.js';
import { standardPolicyOf } from '../keys/key-rotation-policies.js';

interface Mending {
  readonly factory: CollectionFactory;
  readonly records: Collection<EnvironmentRecord>;
  readonly clock: Clock;
}

/** A record for an environment whose own is missing, reconstructed from the rest of its folder; the same at each start. */
async function recordFor(id: string, { store, neighbour, now }: { store: Store; neighbour?: EnvironmentRecord | undefined; now: string }) {
  const name = `Environment ${id}`;
  const assignments = await store.roleAssignments.list();
  const policies = await store.keyRotationPolicies.list();
  const standard = policies.find((policy) => policy.name === standardPolicyOf(name).name);
  const named = (await store.applications.list()).map(policyIdOf);
  const policyId = standard?.id ?? named.find((one) => one !== undefined && !policies.some((policy) => policy.id === one));
  const record: EnvironmentRecord = {
    id,
    name,
    type: 'SANDBOX',
    region: neighbour?.region ?? 'NA',
    organization: {
      id:
        assignments.find(({ scope }) => scope.type === 'ORGANIZATION')?.scope.id ??
        neighbour?.organization.id ??
        derivedId('organization', id),
    },
    license: { id: neighbour?.license.id ?? derivedId('license', id) },
    createdAt: now,
    updatedAt: now,
    keyRotationPolicyId: policyId ?? derivedId('key rotation policy', id),
    ...(standard && { rotationPeriod: standard.rotationPeriod }),
  };
  return record;
}

/** Restores the default population, and moves users of unknown populations into it. */
async function repairPopulations(id: string, { populations, users }: Store, now: string): Promise<string[]> {
  const told: string[] = [];
  const present = await populations.list();
  const everyone = await users.list();
  if (!present.some((population) => population.default)) {
    const made: Population = {
      id: everyone[0]?.population.id ?? derivedId('population', id),
      environment: { id },
      name: 'Default',
      createdAt: now,
      updatedAt: now,
      default: false,
    };
    const heir = { ...(present[0] ?? made), default: true };
    await populations.put(heir);
    told.push(`environment ${id} had no default population; it is now ${JSON.stringify(heir.name)} (${heir.id})`);
  }
  const known = new Set((await populations.list()).map((population) => population.id));
  const unmatched = everyone.filter(({ population }) => !known.has(population.id));
  if (unmatched.length > 0)
    told.push(
      `environment ${id}: ${unmatched.length} of its users belong to a population that does not exist, the first of them ${JSON.stringify(unmatched[0]?.username)} (population ${unmatched[0]?.population.id})`,
    );
  return told;
}

/** Reports items of another environment: a file that was put back in the wrong place. */
async function reportForeign(id: string, store: Store): Promise<string[]> {
  const found: string[] = [];
  for (const name of configurationNames) {
    const items: readonly (Item & { environment?: { id: string } })[] = await store[name].list();
    const foreign = items.filter(({ environment }) => environment !== undefined && environment.id !== id);
    if (foreign.length > 0)
      found.push(
        `${id}/${name}.json: ${foreign.length} of its ${items.length} items belong to the environment ${foreign[0]?.environment?.id}. Put the file of this environment in its place`,
      );
  }
  const passwords = await store.passwords.list();
  const owners = await Promise.all(passwords.map((password) => store.users.get(password.id)));
  if (passwords.length > 0 && owners.every((owner) => owner === undefined))
    found.push(`${id}/passwords.json: none of its ${passwords.length} passwords belongs to a user of ${id}/users.json`);
  return found;
}

/**
 * Restores what is missing from a data folder that was edited and that the server needs: the record of an environment
 * whose folder exists, and its default population. Returns a message for each repair.
 */
export async function repairFolder({ factory, records, clock }: Mending): Promise<string[]> {
  const now = new Date(clock.now()).toISOString();
  const told: string[] = [];
  const storeOf = (id: string) => createStore(factory, id, clock);
  const present = await records.list();
  const unfinished = present.filter((record) => record.unfinished);
  for (const { id } of unfinished) {
    await factory.removeEnvironment(id);
    const others = present.filter((record) => !record.unfinished).map((record) => storeOf(record.id));
    await dropRolesOn(others, [{ id, type: 'ENVIRONMENT' }]);
    await records.take(id);
  }
  for (const id of await factory.environmentIds()) {
    if (await records.get(id)) continue;
    const [neighbour] = await records.list();
    const record = await recordFor(id, { store: storeOf(id), neighbour, now });
    await records.put(record);
    told.push(
      `environment ${id} has a folder but no record in server/environments.json: it continues as ${JSON.stringify(record.name)}, type SANDBOX, with everything in its folder`,
    );
  }
  const withContents = new Set(await factory.environmentIds());
  for (const { id } of await records.list()) {
    if (!withContents.has(id))
      told.push(
        `environment ${id} is in server/environments.json, but its folder ${id} is missing or empty, so it starts empty. To restore it, stop the server and put the folder back from a copy`,
      );
    told.push(...(await reportForeign(id, storeOf(id))), ...(await repairPopulations(id, storeOf(id), now)));
  }
  return told;
}
