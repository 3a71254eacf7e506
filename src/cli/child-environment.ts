import type { RunningServer } from '../start.js';

/** What a program needs to know of the mock, in the names that programs for PingOne and OpenID Connect read. */
export function childEnvironment({ url, environmentId, issuer, discovery, applications }: RunningServer): Record<string, string> {
  const redirecting = applications.find(({ type }) => type !== 'WORKER' && type !== 'SERVICE') ?? applications[0];
  return {
    OIDC_ISSUER: issuer,
    OIDC_DISCOVERY: discovery,
    ...(redirecting && { OIDC_CLIENT_ID: redirecting.id }),
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_AUTH_PATH: url,
    PINGONE_API_PATH: `${url}/v1`,
    PINGONE_MOCK_URL: url,
  };
}
