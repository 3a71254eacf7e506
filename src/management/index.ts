import type { Endpoint } from '../context.js';
import { prettyJson } from '../pingone/json.js';
import { requireAccess } from './access.js';
import { answerRefusals, writeHeaders } from './answers.js';
import { applicationAttributes } from './application-attributes.js';
import { applicationGrants } from './application-grants.js';
import { applicationSecret } from './application-secret.js';
import { applications } from './applications.js';
import { requireMediaType, validateForManagement } from './bodies.js';
import { environments } from './environments.js';
import { answerUnrouted } from './gateway.js';
import { groupMemberships } from './group-memberships.js';
import { groups } from './groups.js';
import { keyRotationPolicies } from './key-rotation-policies.js';
import { keys } from './keys.js';
import { organizations } from './organizations.js';
import { passwordPolicies } from './password-policies.js';
import { populations } from './populations.js';
import { resourceAttributes } from './resource-attributes.js';
import { resourceScopes } from './resource-scopes.js';
import { resourceSecret } from './resource-secret.js';
import { resources } from './resources.js';
import { roleAssignments } from './role-assignments.js';
import { roles } from './roles.js';
import { schemas } from './schemas.js';
import { signOnPolicies } from './sign-on-policies.js';
import { signOnPolicyActions } from './sign-on-policy-actions.js';
import { signOnPolicyAssignments } from './sign-on-policy-assignments.js';
import { totalIdentities } from './total-identities.js';
import { userAccount } from './user-account.js';
import { userCollections } from './user-collections.js';
import { userPassword } from './user-password.js';
import { userSessions } from './user-sessions.js';
import { users } from './users.js';

/** PingOne's management API, under /v1. Errors are in PingOne's envelope. */
export const management: Endpoint = (app, context) => {
  app.setValidatorCompiler(validateForManagement);
  app.setReplySerializer(prettyJson);
  app.setErrorHandler(answerRefusals);
  app.setNotFoundHandler(answerUnrouted);
  const answerPreflights = writeHeaders(app);
  requireAccess(app, context);
  requireMediaType(app);
  const endpoints = [
    organizations,
    environments,
    populations,
    applications,
    applicationSecret,
    applicationGrants,
    applicationAttributes,
    signOnPolicyAssignments,
    signOnPolicies,
    signOnPolicyActions,
    passwordPolicies,
    keys,
    keyRotationPolicies,
    roles,
    roleAssignments,
    resources,
    resourceSecret,
    resourceScopes,
    resourceAttributes,
    users,
    userAccount,
    userPassword,
    userSessions,
    userCollections,
    totalIdentities,
    schemas,
    groups,
    groupMemberships,
  ];
  for (const endpoint of endpoints) endpoint(app, context);
  answerPreflights();
};
