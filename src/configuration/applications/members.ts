import type { Application } from '../../environment/model/application.js';
import { type ApplicationBody, isSystemType } from './schema.js';
import { hasSigning } from './validate.js';

interface Defaults {
  readonly grantTypes: NonNullable<ApplicationBody['grantTypes']>;
  readonly responseTypes: NonNullable<ApplicationBody['responseTypes']>;
  readonly tokenEndpointAuthMethod: NonNullable<ApplicationBody['tokenEndpointAuthMethod']>;
}

const authorizationCode: Defaults = {
  grantTypes: ['AUTHORIZATION_CODE'],
  responseTypes: ['CODE'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
};
const clientCredentials: Defaults = {
  grantTypes: ['CLIENT_CREDENTIALS'],
  responseTypes: [],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
};

/** The defaults of each type of application (docs/fidelity.md, management 3.6; from SERVICE on inferred). */
const defaultsByType: Readonly<Record<string, Defaults>> = {
  WEB_APP: authorizationCode,
  NATIVE_APP: {
    grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'],
    responseTypes: ['TOKEN', 'ID_TOKEN', 'CODE'],
    tokenEndpointAuthMethod: 'NONE',
  },
  SINGLE_PAGE_APP: { grantTypes: ['IMPLICIT'], responseTypes: ['TOKEN', 'ID_TOKEN'], tokenEndpointAuthMethod: 'NONE' },
  WORKER: clientCredentials,
  SERVICE: clientCredentials,
  CUSTOM_APP: authorizationCode,
  AI_AGENT: clientCredentials,
};

/** The default response types that fit the grant types: CODE only with AUTHORIZATION_CODE. */
const usable = (responseTypes: Defaults['responseTypes'], grantTypes: Defaults['grantTypes']) =>
  responseTypes.filter((type) => grantTypes.includes(type === 'CODE' ? 'AUTHORIZATION_CODE' : 'IMPLICIT'));

const mobileWithDefaults = (mobile: ApplicationBody['mobile'] = {}): NonNullable<ApplicationBody['mobile']> => ({
  ...mobile,
  integrityDetection: { ...mobile.integrityDetection, mode: mobile.integrityDetection?.mode ?? 'DISABLED' },
  passcodeRefreshDuration: { duration: mobile.passcodeRefreshDuration?.duration ?? 30, timeUnit: 'SECONDS' },
  passcodeGracePeriod: mobile.passcodeGracePeriod ?? 5,
});

/** Adds PingOne's defaults. A body that has them comes out unchanged. */
export function withDefaults(body: ApplicationBody): ApplicationBody {
  const base: ApplicationBody = { ...body, enabled: body.enabled ?? false, hiddenFromAppPortal: body.hiddenFromAppPortal ?? false };
  const defaults = defaultsByType[body.type];
  if (body.protocol !== 'OPENID_CONNECT' || !defaults) return base;
  const worker = body.type === 'WORKER';
  const grantTypes = body.grantTypes ?? defaults.grantTypes;
  const responseTypes = body.responseTypes ?? usable(defaults.responseTypes, grantTypes);
  const refreshes = grantTypes.includes('REFRESH_TOKEN');
  return {
    ...base,
    ...(worker && { accessControl: { ...body.accessControl, role: body.accessControl?.role ?? { type: 'ADMIN_USERS_ONLY' } } }),
    assignActorRoles: worker ? (body.assignActorRoles ?? true) : false,
    ...(body.type === 'NATIVE_APP' && { mobile: mobileWithDefaults(body.mobile) }),
    grantTypes,
    ...(responseTypes.length > 0 && { responseTypes }),
    idpSignoff: body.idpSignoff ?? false,
    ...(refreshes && {
      refreshTokenDuration: body.refreshTokenDuration ?? Math.min(2_592_000, body.refreshTokenRollingDuration ?? 2_592_000),
    }),
    additionalRefreshTokenReplayProtectionEnabled: body.additionalRefreshTokenReplayProtectionEnabled ?? true,
    tokenEndpointAuthMethod: body.tokenEndpointAuthMethod ?? defaults.tokenEndpointAuthMethod,
    pkceEnforcement: body.pkceEnforcement ?? 'OPTIONAL',
    parRequirement: body.parRequirement ?? 'OPTIONAL',
    parTimeout: body.parTimeout ?? 60,
    devicePollingInterval: body.devicePollingInterval ?? 5,
    deviceTimeout: body.deviceTimeout ?? 600,
    ...(!worker && { requestScopesForMultipleResourcesEnabled: body.requestScopesForMultipleResourcesEnabled ?? false }),
  };
}

/** The members in PingOne's order (docs/fidelity.md, management 3.9: approximate). */
const order = `
  name description enabled hiddenFromAppPortal homePageUrl loginPageUrl icon tags type accessControl protocol
  createdAt updatedAt externalId assignActorRoles mobile responseTypes grantTypes idpSignoff refreshTokenType
  refreshTokenDuration refreshTokenRollingDuration refreshTokenRollingGracePeriodDuration
  additionalRefreshTokenReplayProtectionEnabled tokenEndpointAuthMethod jwks jwksUrl pkceEnforcement parRequirement
  requireSignedRequestObject supportUnsignedRequestObject devicePollingInterval devicePathId
  deviceCustomVerificationUri redirectUris allowWildcardInRedirectUris postLogoutRedirectUris initiateLoginUri
  targetLinkUri corsSettings parTimeout deviceTimeout clientId includeX5t includeTyp opSessionCheckEnabled
  requestScopesForMultipleResourcesEnabled applyDefaultTheme enableDefaultThemeFooter
  manageDevicesViaMyAccountEnabled logoutType kerberos signing
`
  .trim()
  .split(/\s+/);

/** The same for web applications: as printed in April 2026, with what that example lacks beside its like. */
const webOrder = `
  name description enabled hiddenFromAppPortal homePageUrl loginPageUrl icon tags type accessControl protocol
  createdAt updatedAt externalId clientId assignActorRoles responseTypes pkceEnforcement
  requestScopesForMultipleResourcesEnabled redirectUris allowWildcardInRedirectUris postLogoutRedirectUris
  initiateLoginUri targetLinkUri corsSettings deviceTimeout grantTypes idpSignoff refreshTokenType
  refreshTokenDuration refreshTokenRollingDuration refreshTokenRollingGracePeriodDuration
  additionalRefreshTokenReplayProtectionEnabled tokenEndpointAuthMethod jwks jwksUrl parRequirement
  requireSignedRequestObject supportUnsignedRequestObject devicePollingInterval devicePathId
  deviceCustomVerificationUri parTimeout includeX5t includeTyp opSessionCheckEnabled applyDefaultTheme
  enableDefaultThemeFooter manageDevicesViaMyAccountEnabled logoutType signing
`
  .trim()
  .split(/\s+/);

const linkMembers = `
  name description enabled hiddenFromAppPortal homePageUrl icon type accessControl protocol createdAt updatedAt
  externalId
`
  .trim()
  .split(/\s+/);

interface Identity {
  readonly id: string;
  readonly environmentId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The policy of a new application that does not choose one. A replaced one has none then: the environment's default signs. */
  readonly keyRotationPolicyId?: string;
}

/** The application that a complete body describes, without members that its protocol does not use. */
export function toApplication(
  body: ApplicationBody,
  { id, environmentId, createdAt, updatedAt, keyRotationPolicyId }: Identity,
): Application {
  const openId = body.protocol === 'OPENID_CONNECT';
  const members: Record<string, unknown> = {
    ...body,
    createdAt,
    updatedAt,
    ...(openId && !isSystemType(body.type) && { clientId: id }),
    // A worker signs with PingOne's own key (docs/fidelity.md, management 3.9).
    ...(openId &&
      hasSigning(body.type) &&
      body.type !== 'WORKER' &&
      keyRotationPolicyId !== undefined &&
      !body.signing && { signing: { keyRotationPolicy: { id: keyRotationPolicyId } } }),
  };
  const ordered = body.type === 'WEB_APP' ? webOrder : order;
  const present = (openId ? ordered : linkMembers).filter((name) => members[name] !== undefined);
  // From entries: V8 keeps an object that gets so many members one by one in a slow form.
  return Object.fromEntries([
    ['environment', { id: environmentId }],
    ['id', id],
    ...present.map((name) => [name, members[name]]),
  ]) as unknown as Application;
}
