import type { EnvironmentRecord } from '../../environment/model/configuration.js';
import { at, byId, equal, equalOrStart, exact, filterable } from '../http/filterable.js';

export const filterableEnvironments = filterable<EnvironmentRecord>([
  ['id', equal, byId],
  ['name', equalOrStart],
  ['organization.id', equal, exact],
  ['license.id', equal, exact],
  ['type', equal],
  // An active environment's answer may leave its status out (docs/fidelity.md, management 6.1).
  ['status', equal, { of: (environment) => at('status')(environment) ?? 'ACTIVE' }],
]);

/** The attributes that environments can be sorted by: not documented, so those that answers show (docs/fidelity.md, management 1.8). */
export const orderableEnvironments = ['id', 'name', 'description', 'type', 'region', 'status', 'createdAt', 'updatedAt'];

/** Moments are compared as strings, since PingOne writes them all in one format. */
export const filterableLicenses = filterable<{ readonly id: string; readonly beginsAt: string; readonly status: string }>([
  ['beginsAt', ['lt']],
  ['status', equal],
]);
export const orderableLicenses = ['id', 'name', 'package', 'status', 'beginsAt'];
