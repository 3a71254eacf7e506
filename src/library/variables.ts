import type { environmentContentsSchema } from '../control/answer-schemas.js';
import type { Infer } from '../lib/schema/types.js';

/** An environment, as the control API shows it. */
export type EnvironmentContents = Pick<Infer<typeof environmentContentsSchema>, 'id' | 'issuer' | 'discovery' | 'applications' | 'users'>;

const isWorker = ({ type }: { readonly type: string }): boolean => type === 'WORKER' || type === 'SERVICE';

/** The environment variables with which programs find the mock, by the names that common clients document. */
export function variablesOf(url: string, { id, issuer, discovery, applications }: EnvironmentContents): Record<string, string> {
  const client = applications.find((application) => !isWorker(application));
  const worker = applications.find(({ type }) => type === 'WORKER');
  return {
    PINGONE_MOCK_URL: url,
    PINGONE_ENVIRONMENT_ID: id,
    PINGONE_API_URL: `${url}/v1`,
    // PingOne's documentation has these names: apiPath ends in /v1, authPath does not.
    PINGONE_API_PATH: `${url}/v1`,
    PINGONE_AUTH_PATH: url,
    OIDC_ISSUER: issuer,
    OIDC_DISCOVERY: discovery,
    ...(client && { OIDC_CLIENT_ID: client.id }),
    ...(client?.secret !== undefined && { OIDC_CLIENT_SECRET: client.secret }),
    ...(worker && { PINGONE_CLIENT_ID: worker.id }),
    ...(worker?.secret !== undefined && { PINGONE_CLIENT_SECRET: worker.secret }),
  };
}
