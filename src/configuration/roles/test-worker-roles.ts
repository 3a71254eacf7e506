import type { Environment } from '../../environment/context.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { testWorkerId } from '../../environment/test-worker.js';
import { findRole } from './built-in.js';

/** The roles that the control API's test worker holds. */
export const testWorkerRoles = ({ record: { id, organization, createdAt, updatedAt } }: Environment): RoleAssignment[] =>
  ['Organization Admin', 'Environment Admin', 'Identity Data Admin', 'Client Application Developer'].flatMap((name) => {
    const role = findRole(name);
    if (!role) return [];
    const scope = role.applicableTo.includes('ENVIRONMENT')
      ? ({ id, type: 'ENVIRONMENT' } as const)
      : ({ id: organization.id, type: 'ORGANIZATION' } as const);
    const holder = { id: testWorkerId, type: 'APPLICATION' } as const;
    return [{ id: `${testWorkerId} ${role.id}`, environment: { id }, holder, role: { id: role.id }, scope, createdAt, updatedAt }];
  });
