import { readFileSync } from 'node:fs';

/** What the runs are sent to: the default seed, and an application that is allowed everything. */

export const everything = {
  id: 'a0000000-0000-4000-8000-0000000000ff',
  secret: 'everything-secret-of-the-fuzz-application',
} as const;

/** An application whose sign-on is a flow of DaVinci. */
export const withFlow = { id: 'a0000000-0000-4000-8000-0000000000fe', flowPolicyId: 'f'.repeat(32) } as const;

/** The environment that described operations change, so that the sign-ons of the other one go on. */
export const changedEnvironmentId = 'e0000000-0000-4000-8000-0000000000ff';

const application = {
  id: everything.id,
  name: 'Everything',
  enabled: true,
  type: 'WEB_APP',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE', 'TOKEN_EXCHANGE', 'CIBA'],
  responseTypes: ['CODE', 'TOKEN', 'ID_TOKEN'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT',
  supportUnsignedRequestObject: true,
  secret: everything.secret,
  allowWildcardInRedirectUris: true,
  redirectUris: ['https://example.com/callback', 'https://example.com/*/callback', 'http://localhost:3000/*'],
  postLogoutRedirectUris: ['http://localhost:3000/'],
  grants: [
    { resource: 'openid', scopes: ['profile', 'email'] },
    { resource: 'Orders', scopes: ['orders:read'] },
  ],
};

interface SeedText {
  readonly environments: readonly [{ readonly applications: readonly object[]; readonly [member: string]: unknown }];
}

/** A copy of the default seed's environment, with the application. */
function environmentOfSeed(): { readonly applications: readonly object[]; readonly [member: string]: unknown } {
  const [environment] = (JSON.parse(readFileSync('fixtures/default.json', 'utf8')) as SeedText).environments;
  const flowing = {
    id: withFlow.id,
    name: 'With a flow',
    enabled: true,
    type: 'SINGLE_PAGE_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'NONE',
    redirectUris: ['http://localhost:3000/callback'],
    flowPolicyAssignments: [{ flowPolicy: withFlow.flowPolicyId }],
  };
  return {
    ...environment,
    flowPolicies: [{ id: withFlow.flowPolicyId, name: 'Flow', preset: 'sign-on' }],
    applications: [...environment.applications, application, flowing],
  };
}

/** The seed of the server that the requests go to. */
export const fuzzSeed = (): string => JSON.stringify({ environments: [environmentOfSeed()] });

/** The body that makes the environment that is changed. */
export function changedEnvironment(): object {
  const { applications, ...environment } = environmentOfSeed();
  // Else the control API completes them as the library would.
  return {
    ...environment,
    id: changedEnvironmentId,
    name: 'Changed',
    applications: applications.map((one) => ({ responseTypes: [], ...one })),
  };
}
