import { recordUnrouted } from '../diagnosis/unmatched.js';
import type { Endpoint } from '../environment/context.js';
import { prettyJson } from '../pingone/pretty-json.js';
import { requireAccess } from './access/access.js';
import { roleAssignments } from './access/routes-role-assignments.js';
import { recordActivities } from './activities/record.js';
import { activities } from './activities/routes.js';
import { agreementLanguages, agreementRevisions, agreements } from './agreements/routes.js';
import { agreementConsents } from './agreements/routes-consents.js';
import {
  applicationResources,
  applicationRoles,
  resourceApplicationResources,
  userApplicationRoles,
} from './application-permissions/routes.js';
import { applications } from './applications/routes.js';
import { applicationAttributes, applicationGrants, applicationSecret, keyApplications } from './applications/routes-parts.js';
import { brandingSettings, images, themes } from './branding/routes.js';
import { customDomains } from './custom-domains/routes.js';
import { devices } from './devices/routes.js';
import { pairingKeys } from './devices/routes-pairing-keys.js';
import { groupMemberships } from './directory/routes-group-memberships.js';
import { groups } from './directory/routes-groups.js';
import { passwordPolicies } from './directory/routes-password-policies.js';
import { populations } from './directory/routes-populations.js';
import { schemas } from './directory/routes-schemas.js';
import { totalIdentities } from './directory/routes-total-identities.js';
import { userAccount } from './directory/routes-user-account.js';
import { userPassword } from './directory/routes-user-password.js';
import { userSessions } from './directory/routes-user-sessions.js';
import { users } from './directory/routes-users.js';
import { environments } from './environments/routes.js';
import { organizations } from './environments/routes-organizations.js';
import { flowPolicies, flowPolicyAssignments } from './flow-policies/routes.js';
import { gatewayCredentials, gateways } from './gateways/routes.js';
import { answerOptions, answerRefusals, answerUnroutedV1, writeHeaders } from './http/answers.js';
import { preferAction, requireMediaType, validateForManagement } from './http/bodies.js';
import { defaultIdentityProvider, identityProviderAttributes, identityProviders } from './identity-providers/routes.js';
import { linkedAccounts, userIdentityProvider } from './identity-providers/routes-users.js';
import { certificates, keyRotationPolicies, keys } from './keys/routes.js';
import { languages } from './languages/routes.js';
import { translations } from './languages/routes-translations.js';
import { deviceAuthenticationPolicies } from './mfa/routes.js';
import { fido2Policies } from './mfa/routes-fido2-policies.js';
import { pushCredentials } from './mfa/routes-push-credentials.js';
import { mfaSettings } from './mfa/settings.js';
import { emailDeliverySettings } from './notifications/email-delivery.js';
import {
  emailDomains,
  notificationsPolicies,
  notificationsSettings,
  phoneDeliverySettings,
  trustedEmails,
} from './notifications/routes.js';
import { notificationContents, notificationTemplates } from './notifications/routes-templates.js';
import { resourceAttributes, resourceScopes, resourceSecret, resources } from './resources/routes.js';
import { roles } from './roles/routes.js';
import { sessions, ssoCookieSettings } from './sessions/routes.js';
import { signOnPolicies, signOnPolicyActions, signOnPolicyAssignments } from './sign-on-policies/routes.js';
import { subscriptions } from './subscriptions/routes.js';
import { trustedIssuerAssignments, trustedIssuers } from './trusted-issuers/routes.js';

/** PingOne's management API, under /v1. Errors are in PingOne's envelope. */
export const management: Endpoint = (app, context) => {
  app.setValidatorCompiler(validateForManagement);
  app.setReplySerializer(prettyJson);
  app.setErrorHandler(answerRefusals);
  app.setNotFoundHandler((request, reply) => {
    recordUnrouted(context, request, reply, []);
    return answerUnroutedV1(request, reply);
  });
  writeHeaders(app);
  preferAction(app);
  const registerOptions = answerOptions(app);
  requireAccess(app, context);
  requireMediaType(app);
  recordActivities(app, context);
  const endpoints = [
    organizations,
    environments,
    populations,
    applications,
    applicationSecret,
    applicationGrants,
    applicationAttributes,
    trustedIssuerAssignments,
    trustedIssuers,
    signOnPolicyAssignments,
    flowPolicyAssignments,
    flowPolicies,
    signOnPolicies,
    signOnPolicyActions,
    passwordPolicies,
    keys,
    keyApplications,
    keyRotationPolicies,
    certificates,
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
    sessions,
    ssoCookieSettings,
    totalIdentities,
    schemas,
    groups,
    groupMemberships,
    images,
    themes,
    brandingSettings,
    deviceAuthenticationPolicies,
    mfaSettings,
    fido2Policies,
    pushCredentials,
    devices,
    pairingKeys,
    gateways,
    gatewayCredentials,
    resourceApplicationResources,
    applicationResources,
    applicationRoles,
    userApplicationRoles,
    identityProviders,
    identityProviderAttributes,
    defaultIdentityProvider,
    linkedAccounts,
    userIdentityProvider,
    languages,
    translations,
    notificationsSettings,
    emailDeliverySettings,
    phoneDeliverySettings,
    notificationsPolicies,
    notificationTemplates,
    notificationContents,
    emailDomains,
    trustedEmails,
    customDomains,
    agreements,
    agreementLanguages,
    agreementRevisions,
    agreementConsents,
    activities,
    subscriptions,
  ];
  for (const endpoint of endpoints) endpoint(app, context);
  registerOptions();
};
