import { diagnoseUngranted } from '../../diagnosis/scopes.js';
import { warnOfScopes } from '../../diagnosis/warnings.js';
import { recordAndAssert } from '../../environment/record.js';
import { words } from '../../protocol/authorization-request.js';
import { check, decideByAll } from '../../protocol/check.js';
import type { TokenResponse } from '../tokens/issue.js';
import { makeAccessToken } from '../tokens/make.js';
import { customScopes } from '../tokens/scopes.js';
import type { GrantInput } from './grant.js';

/**
 * A token for the application itself (RFC 6749 §4.4). A worker without scopes of a custom resource gets one for PingOne's
 * API, where its roles count. Otherwise the scopes of one custom resource are granted, and other requested scopes ignored
 * (docs/fidelity.md, 5.1).
 */
export async function clientCredentialsGrant({
  environment,
  body,
  application,
  transaction,
  requestData,
  exchange,
  baseUrl,
}: GrantInput): Promise<TokenResponse> {
  const issuer = `${baseUrl}/as`;
  const { resources, scopes, checks } = await customScopes(environment, application.id, words(body.scope));

  if (application.type === 'WORKER' && resources.length === 0) {
    const roles = await environment.store.roleAssignments.find('holder.id', application.id);
    const powerful = check('application_has_roles', roles.length > 0, { expected: 'at least one role assignment' });
    recordAndAssert(environment, transaction, { kind: 'tokens', title: 'Worker token issued' }, decideByAll([powerful]));
    const { token, expiresInSeconds } = await makeAccessToken(environment, { issuer, application, scopes: [] });
    transaction.state = 'succeeded';
    await warnOfScopes(environment, transaction, { asked: words(body.scope), granted: [], application: application.name, exchange });
    return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds };
  }

  const diagnosis = scopes.length > 0 ? undefined : await diagnoseUngranted(environment, words(body.scope), application.name);
  recordAndAssert(environment, transaction, { kind: 'tokens', title: 'Tokens issued' }, decideByAll(checks), diagnosis);
  const { token, expiresInSeconds } = await makeAccessToken(environment, {
    issuer,
    application,
    scopes,
    resource: resources[0],
    request: { transaction, requestData },
  });
  transaction.state = 'succeeded';
  await warnOfScopes(environment, transaction, { asked: words(body.scope), granted: scopes, application: application.name, exchange });
  return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds, scope: scopes.join(' ') };
}
