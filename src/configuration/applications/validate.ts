import { membersOf, parseJson } from '../../lib/unknown.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { type ErrorDetail, invalidData, type PingOneError } from '../../pingone/pingone-error.js';
import type { ApplicationBody } from './schema.js';
import { hasWildcardInPlace, isAbsoluteUri, isOrigin, isSecureUrl, isWebUrl } from './uris.js';

/** An application's body once its defaults are filled in. */
export type CompleteBody = ApplicationBody;

type Validator = (body: CompleteBody) => (ErrorDetail | false | undefined)[];

const invalid = (target: string, message: string, innerError?: Record<string, unknown>): ErrorDetail => ({
  code: 'INVALID_VALUE',
  target,
  message,
  ...(innerError && { innerError }),
});
const required = (target: string, message: string = texts.empty.text): ErrorDetail => ({ code: 'EMPTY_VALUE', target, message });

const types: Validator = ({ type, protocol }) => [
  (protocol === 'SAML' || protocol === 'WS_FED') &&
    invalid('protocol', texts.protocolUnsupported.text, { allowedValues: ['OPENID_CONNECT', 'EXTERNAL_LINK'] }),
  (protocol === 'EXTERNAL_LINK') !== (type === 'PORTAL_LINK_APP') &&
    protocol !== 'SAML' &&
    protocol !== 'WS_FED' &&
    invalid('protocol', texts.protocolOfType.text),
];

const grants: Validator = ({ grantTypes = [], responseTypes = [], tokenEndpointAuthMethod: method }) => {
  const code = grantTypes.includes('AUTHORIZATION_CODE');
  const interactive = grantTypes.some((grant) => grant !== 'CLIENT_CREDENTIALS' && grant !== 'REFRESH_TOKEN' && grant !== 'TOKEN_EXCHANGE');
  return [
    responseTypes.includes('CODE') && !code && invalid('responseTypes', texts.codeWithoutGrant.text),
    code && !responseTypes.includes('CODE') && invalid('responseTypes', texts.grantWithoutCode.text),
    grantTypes.includes('CLIENT_CREDENTIALS') &&
      !interactive &&
      method === 'NONE' &&
      invalid('tokenEndpointAuthMethod', texts.noneWithCredentials.text),
  ];
};

const redirects: Validator = ({ grantTypes = [], redirectUris = [], allowWildcardInRedirectUris, postLogoutRedirectUris = [] }) => [
  // Whether the grant type comes from the body or a default does not matter: what is read can be written back (section 3.4).
  grantTypes.some((grant) => grant === 'AUTHORIZATION_CODE' || grant === 'IMPLICIT') &&
    redirectUris.length === 0 &&
    required('redirectUris', texts.redirectUrisNeeded.text),
  ...redirectUris.map((uri) => {
    if (!isAbsoluteUri(uri)) return invalid('redirectUris', texts.absoluteUri.text);
    if (!uri.includes('*')) return undefined;
    if (!allowWildcardInRedirectUris) return invalid('redirectUris', texts.wildcards.text);
    return !hasWildcardInPlace(uri) && invalid('redirectUris', texts.wildcardPlace.text);
  }),
  ...postLogoutRedirectUris.map((uri) => !isAbsoluteUri(uri) && invalid('postLogoutRedirectUris', texts.absoluteUri.text)),
];

const addresses: Validator = ({
  protocol,
  homePageUrl,
  loginPageUrl,
  initiateLoginUri,
  targetLinkUri,
  deviceCustomVerificationUri,
  jwksUrl,
}) => {
  const unless = (fits: (text: string) => boolean, target: string, value: string | undefined, message: string) =>
    value !== undefined && !fits(value) && invalid(target, message);
  return [
    protocol === 'EXTERNAL_LINK' && !homePageUrl && required('homePageUrl'),
    protocol === 'EXTERNAL_LINK'
      ? homePageUrl !== '' && unless(isWebUrl, 'homePageUrl', homePageUrl, texts.webUrl.text)
      : unless(isSecureUrl, 'homePageUrl', homePageUrl, texts.secureUrl.text),
    unless(isSecureUrl, 'loginPageUrl', loginPageUrl, texts.secureUrl.text),
    unless(isSecureUrl, 'initiateLoginUri', initiateLoginUri, texts.secureUrl.text),
    unless(isAbsoluteUri, 'targetLinkUri', targetLinkUri, texts.absoluteUri.text),
    unless(isWebUrl, 'deviceCustomVerificationUri', deviceCustomVerificationUri, texts.webUrl.text),
    unless(isSecureUrl, 'jwksUrl', jwksUrl, texts.secureUrl.text),
  ];
};

const isKeySet = (text: string): boolean => {
  try {
    return Array.isArray(membersOf(parseJson(text)).keys);
  } catch {
    return false;
  }
};

const keys: Validator = ({ tokenEndpointAuthMethod, jwks, jwksUrl, requireSignedRequestObject, supportUnsignedRequestObject }) => [
  tokenEndpointAuthMethod === 'PRIVATE_KEY_JWT' && jwks === undefined && jwksUrl === undefined && required('jwks', texts.keysNeeded.text),
  jwks !== undefined && jwksUrl !== undefined && invalid('jwksUrl', texts.keysTwice.text),
  jwks !== undefined && !isKeySet(jwks) && invalid('jwks', texts.keysUnreadable.text),
  requireSignedRequestObject && supportUnsignedRequestObject && invalid('supportUnsignedRequestObject', texts.requestObjects.text),
];

const refreshTokens: Validator = ({ refreshTokenDuration, refreshTokenRollingDuration }) => [
  refreshTokenDuration !== undefined &&
    refreshTokenRollingDuration !== undefined &&
    refreshTokenDuration > refreshTokenRollingDuration &&
    invalid('refreshTokenDuration', texts.refreshDuration.text),
];

const origins: Validator = ({ corsSettings }) => {
  if (!corsSettings) return [];
  const { behavior, origins: listed = [] } = corsSettings;
  return [
    behavior === 'ALLOW_SPECIFIC_ORIGINS' && listed.length === 0 && required('corsSettings.origins', texts.originsNeeded.text),
    behavior === 'ALLOW_NO_ORIGINS' && listed.length > 0 && invalid('corsSettings.origins', texts.originsForbidden.text),
    ...listed.map((origin) => !isOrigin(origin) && invalid('corsSettings.origins', texts.origin.text)),
  ];
};

const signingTypes = ['WORKER', 'WEB_APP', 'NATIVE_APP', 'SINGLE_PAGE_APP', 'CUSTOM_APP'];

/** Whether an application of this type may choose the policy of its signing keys. */
export const hasSigning = (type: string): boolean => signingTypes.includes(type);

const members: Validator = ({ type, mobile, kerberos, signing }) => {
  const play = mobile?.integrityDetection?.googlePlay;
  const need = (name: 'serviceAccountCredentials' | 'decryptionKey' | 'verificationKey', verificationType: string) =>
    play?.verificationType === verificationType &&
    play[name] === undefined &&
    required(`mobile.integrityDetection.googlePlay.${name}`, texts.playCredentials.text);
  return [
    mobile !== undefined && type !== 'NATIVE_APP' && invalid('mobile', texts.notForType.text),
    kerberos !== undefined && type !== 'NATIVE_APP' && invalid('kerberos', texts.notForType.text),
    signing !== undefined && !hasSigning(type) && invalid('signing', texts.notForType.text),
    need('serviceAccountCredentials', 'GOOGLE'),
    need('decryptionKey', 'INTERNAL'),
    need('verificationKey', 'INTERNAL'),
  ];
};

const validators: readonly Validator[] = [types, grants, redirects, addresses, keys, refreshTokens, origins, members];

/** Validates what members require of each other (docs/fidelity.md, management section 3): a body with its defaults filled in. */
export function applicationProblems(body: CompleteBody): ErrorDetail[] {
  const found = validators.flatMap((validator) => validator(body)).filter((detail): detail is ErrorDetail => typeof detail === 'object');
  if (found.length < 2) return found;
  return found.filter(({ target, message }, at) => found.findIndex((other) => other.target === target && other.message === message) === at);
}

/** The refusal for these problems. A wildcard that is not allowed has a message of its own (docs/fidelity.md, management 2.6). */
export const refuseApplication = (details: readonly ErrorDetail[]): PingOneError =>
  invalidData(details, { text: details.find(({ message }) => message === texts.wildcards.text)?.message });
