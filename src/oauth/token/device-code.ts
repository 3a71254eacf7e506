import { pollGrant } from '../decoupled/polling.js';
import { issueUserTokens, type TokenResponse } from '../tokens/issue.js';
import type { GrantInput } from './grant.js';

/** What a device gets once the user has approved it (RFC 8628 §3.4). */
export async function deviceCodeGrant({
  environment,
  body,
  application,
  transaction,
  requestData,
  baseUrl,
}: GrantInput): Promise<TokenResponse> {
  const { authentication, scopes, familyId } = await pollGrant(environment, environment.store.deviceAuthorizations, {
    application,
    transaction,
    id: body.device_code,
    kind: 'device_code',
    spec: 'RFC 8628 §3.5',
  });
  const title = 'Tokens issued to the device';
  return issueUserTokens(environment, {
    transaction,
    baseUrl,
    application,
    authentication,
    scopes,
    familyId,
    refreshScopes: scopes,
    requestData,
    title,
  });
}
