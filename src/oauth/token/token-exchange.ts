import type { Authentication } from '../../environment/model/lifetimes.js';
import { recordAndAssert } from '../../environment/record.js';
import { findActiveUser } from '../../environment/sessions.js';
import { openIdScopes, pingOneApiScopes } from '../../pingone/predefined.js';
import { words } from '../../protocol/authorization-request.js';
import { type Check, check, decideByAll } from '../../protocol/check.js';
import {
  authenticationOfClaims,
  type ExchangeableToken,
  exchangeableTypes,
  isSessionAlive,
  type ReadToken,
  readOwnToken,
  tokenTypes,
} from '../tokens/exchanged-tokens.js';
import type { TokenResponse } from '../tokens/issue.js';
import { readIssuerToken } from '../tokens/issuer-token.js';
import { makeAccessToken } from '../tokens/make.js';
import { type CustomScopes, customScopes } from '../tokens/scopes.js';
import type { GrantInput, TokenRequest } from './grant.js';

/** What PingOne accepts as a subject token besides tokens (docs/fidelity.md, 5.1). */
const gatewayCredential = 'pingone_gateway_credential';

/** Judges the parameters by themselves. */
function checkParameters({
  subject_token,
  subject_token_type,
  actor_token,
  actor_token_type,
  requested_token_type,
}: TokenRequest): Check[] {
  const known = (rule: 'subject_token_type_known' | 'actor_token_type_known', type: string | undefined): Check =>
    check(rule, type !== undefined && exchangeableTypes.includes(type), { expected: exchangeableTypes.join(' or '), got: type ?? 'none' });
  return [
    check('subject_token_present', subject_token !== undefined),
    check('gateway_credential_offered', subject_token_type !== gatewayCredential, { got: subject_token_type }),
    known('subject_token_type_known', subject_token_type),
    ...(actor_token === undefined && actor_token_type === undefined
      ? []
      : [check('actor_token_present', actor_token !== undefined), known('actor_token_type_known', actor_token_type)]),
    check('requested_token_type_known', requested_token_type === undefined || requested_token_type === tokenTypes.accessToken, {
      expected: tokenTypes.accessToken,
      got: requested_token_type,
    }),
  ];
}

/** Judges the scopes: they must belong to one custom resource, not to PingOne's own. */
function checkScopes(asked: readonly string[], { scopes, granted, checks }: CustomScopes): Check[] {
  const own = asked.filter((name) => openIdScopes.includes(name) || pingOneApiScopes.includes(name));
  return [
    check('exchange_custom_resource', scopes.length > 0 || own.length === 0, {
      expected: granted.join(' ') || 'scopes of a custom resource',
      got: own.join(' '),
    }),
    ...checks,
  ];
}

/** The subject and the actor of an exchange, verified. */
interface Exchanged {
  readonly subject: ExchangeableToken;
  readonly actor: ExchangeableToken | undefined;
  readonly authentication: Authentication | undefined;
}

/** Judges the tokens. Whether the actor may act is for the resource's mappings to say, as at PingOne. */
async function readTokens({ environment, body, application, transaction }: GrantInput): Promise<Exchanged> {
  const readable = decideByAll(checkParameters(body), body.subject_token);
  const subjectToken = recordAndAssert(environment, transaction, { kind: 'token', title: 'Token exchange' }, readable);
  const { subject_token_type: subjectType = '', actor_token: actorToken, actor_token_type: actorType = '' } = body;
  const read = (token: string, type: string): Promise<ReadToken> =>
    type === tokenTypes.jwt ? readIssuerToken(environment, application.id, token) : readOwnToken(environment, token, type);
  const { token: subject, problem } = await read(subjectToken, subjectType);
  const acting = actorToken === undefined ? undefined : await read(actorToken, actorType);
  const own = subject?.isForeign ? undefined : subject?.claims;
  const authentication = own && authenticationOfClaims(own);
  const usable = authentication === undefined || (await findActiveUser(environment, authentication.userId)) !== undefined;
  const exchangeable = decideByAll(
    [
      check('subject_token_good', subject !== undefined, { got: problem }),
      ...(acting ? [check('actor_token_good', acting.token !== undefined, { got: acting.problem })] : []),
      check('subject_session_alive', own === undefined || (await isSessionAlive(environment, own))),
      check('user_usable', usable),
    ],
    subject && { subject, actor: acting?.token, authentication },
  );
  return recordAndAssert(environment, transaction, { kind: 'token', title: 'Tokens to exchange' }, exchangeable);
}

/** Exchanges a token for one that is meant for a custom resource (RFC 8693; docs/fidelity.md, 5.1). */
export async function tokenExchangeGrant(input: GrantInput): Promise<TokenResponse> {
  const { environment, body, application, transaction, requestData, baseUrl } = input;
  const { subject, actor, authentication } = await readTokens(input);
  const asked = words(body.scope);
  const custom = await customScopes(environment, application.id, asked);
  recordAndAssert(environment, transaction, { kind: 'tokens', title: 'Tokens issued' }, decideByAll(checkScopes(asked, custom)));
  const { scopes, resources } = custom;
  const exchanged = {
    subjectToken: subject.claims,
    subjectTokenHeader: subject.header,
    actorToken: actor?.claims,
    actorTokenHeader: actor?.header,
  };
  const made = await makeAccessToken(environment, {
    issuer: `${baseUrl}/as`,
    application,
    scopes,
    resource: resources[0],
    authentication,
    exchanged: true,
    request: { transaction, requestData: { ...requestData, ...exchanged } },
  });
  transaction.state = 'succeeded';
  return {
    access_token: made.token,
    token_type: 'Bearer',
    expires_in: made.expiresInSeconds,
    scope: scopes.join(' '),
    issued_token_type: tokenTypes.accessToken,
  };
}
