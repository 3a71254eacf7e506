import { pollGrant } from '../decoupled/polling.js';
import { issueUserTokens, type TokenResponse } from '../tokens/issue.js';
import type { GrantInput } from './grant.js';

/** What a client gets once the user has approved on another device (OpenID Connect CIBA Core §10.1). */
export async function backchannelGrant({
  environment,
  body,
  application,
  transaction,
  requestData,
  baseUrl,
}: GrantInput): Promise<TokenResponse> {
  const { authentication, scopes, familyId } = await pollGrant(environment, environment.store.backchannelRequests, {
    application,
    transaction,
    id: body.auth_req_id,
    kind: 'auth_req_id',
    spec: 'OpenID Connect CIBA Core §11',
  });
  // No refresh token: PingOne issues them for the code and the device grant only (docs/fidelity.md, 3.8).
  const title = 'Tokens issued after approval';
  return issueUserTokens(environment, { transaction, baseUrl, application, authentication, scopes, familyId, requestData, title });
}
