import type { Environment } from '../../environment/context.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { ExternalSignOn } from '../../environment/model/lifetimes.js';
import { toSeconds } from '../../lib/clock.js';
import { sameSecret } from '../../lib/same-secret.js';
import type { Members } from '../../lib/unknown.js';
import { type Check, check, type Decision, decide } from '../../protocol/check.js';
import { checkIdToken, readIdToken } from '../../protocol/id-token.js';
import { readJwt } from '../../protocol/jwt.js';
import type { RuleName } from '../../protocol/rules/index.js';
import type { Caller, ProviderAnswer } from './call.js';
import { spelled, subjectOf } from './provider-types.js';
import type { Way } from './ways.js';

/** Who signed on at a provider. */
export interface Identity {
  readonly externalId: string;
  /** `providerAttributes` of the mappings. */
  readonly attributes: Members;
}

type OAuthWay = Extract<Way, { kind: 'oauth' }>;
export type IdentityDecision = Decision<Identity, RuleName>;

interface Exchanged {
  readonly signOn: ExternalSignOn;
  readonly provider: IdentityProvider;
  readonly way: Way;
  /** The code of the callback. */
  readonly code: string;
}

const stopped = (checks: readonly Check<RuleName>[], refusedBy: Check<RuleName>): IdentityDecision => ({
  checks: [...checks, refusedBy],
  refusedBy,
});

/** Finds out who signed on, by the code that a provider gave: every check up to the first that fails. */
export async function identify(caller: Caller, environment: Environment, exchanged: Exchanged): Promise<IdentityDecision> {
  const { way, signOn, provider, code } = exchanged;
  if (way.kind === 'oauth') return identifyByTokens(caller, environment, { ...exchanged, way });
  const { said } = signOn;
  const got = 'the code is not that of the page';
  if (!said || !sameSecret(said.code, code)) return stopped([], check('external_token', false, { got }));
  return named(provider, [], said.claims);
}

/** The identity, if what a provider said names the person. */
function named({ type }: IdentityProvider, checks: readonly Check<RuleName>[], said: Members): IdentityDecision {
  const attributes = spelled(type, said);
  const externalId = subjectOf(type, attributes);
  const has = check('external_subject', externalId !== undefined, { got: Object.keys(attributes).slice(0, 20).join(', ') || 'nothing' });
  return externalId === undefined ? stopped(checks, has) : { checks: [...checks, has], value: { externalId, attributes } };
}

const words = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');

async function identifyByTokens(
  caller: Caller,
  environment: Environment,
  { way, signOn, provider, code }: Exchanged & { readonly way: OAuthWay },
): Promise<IdentityDecision> {
  const checks: Check<RuleName>[] = [];
  for (const address of [way.token, way.idTokens?.keys, way.userInfo])
    if (address !== undefined && !caller.mayCall(address)) return stopped(checks, check('external_address', false, { got: address }));

  const answer = await caller.ask(way.token, tokenRequest(way, signOn, code));
  const tokens = tokensOf(answer);
  if ('problem' in tokens) return stopped(checks, check('external_token', false, { got: tokens.problem }));
  checks.push(check('external_token', true));

  const { accessToken, idToken } = tokens;
  let claims: Members | undefined;
  if (way.idTokens) {
    const { keys, problem } = await caller.keys(
      environment,
      way.idTokens.keys,
      typeof idToken === 'string' ? readJwt(idToken)?.kid : undefined,
    );
    if (problem !== undefined) return stopped(checks, check('external_keys', false, { got: problem }));
    const received = await readIdToken(idToken, keys);
    const expected = {
      issuer: way.idTokens.issuer,
      clientId: way.clientId,
      nonce: signOn.nonce,
      accessToken,
      now: toSeconds(environment.clock.now()),
    };
    const judged = decide(checkIdToken(received, expected));
    if (judged.refusedBy) return stopped([...checks, ...judged.checks.slice(0, -1)], judged.refusedBy);
    checks.push(...judged.checks);
    claims = judged.value;
  }
  if (way.userInfo === undefined) return named(provider, checks, claims ?? {});
  if (accessToken === undefined) return stopped(checks, check('external_userinfo', false, { got: 'there is no access token to ask with' }));

  const info = await caller.ask(way.userInfo, { headers: { authorization: `Bearer ${accessToken}` } });
  if ('problem' in info) return stopped(checks, check('external_userinfo', false, { got: info.problem }));
  if (info.status !== 200) return stopped(checks, check('external_userinfo', false, { got: `${way.userInfo} answered ${info.status}` }));
  checks.push(check('external_userinfo', true));
  if (claims) {
    const same = check('external_userinfo_subject', info.body.sub === claims.sub, {
      expected: words(claims.sub),
      got: words(info.body.sub),
    });
    if (!same.ok) return stopped(checks, same);
    checks.push(same);
  }
  return named(provider, checks, { ...claims, ...info.body });
}

/** The request for tokens (RFC 6749 §4.1.3), with the client authenticated as the provider wants it (§2.3.1). */
function tokenRequest({ clientId, clientSecret, tokenEndpointAuthMethod: method }: OAuthWay, signOn: ExternalSignOn, code: string) {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: signOn.redirectUri,
    ...(signOn.codeVerifier !== undefined && { code_verifier: signOn.codeVerifier }),
    ...(method !== 'CLIENT_SECRET_BASIC' && { client_id: clientId }),
    ...(method === 'CLIENT_SECRET_POST' && { client_secret: clientSecret }),
  });
  const credentials = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64');
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(method === 'CLIENT_SECRET_BASIC' && { authorization: `Basic ${credentials}` }),
    },
    body: form.toString(),
  } as const;
}

/** The tokens of an answer. Some providers answer errors with status 200. */
function tokensOf(answer: ProviderAnswer): { accessToken: string | undefined; idToken: unknown } | { problem: string } {
  if ('problem' in answer) return answer;
  const { status, body } = answer;
  if (typeof body.error === 'string' || status !== 200) {
    const error = [words(body.error), words(body.error_description)].filter(Boolean).join(': ');
    return { problem: `it answered ${status}${error && ` with ${error}`}`.replace(/\.$/, '') };
  }
  const { access_token: accessToken, id_token: idToken } = body;
  if (typeof accessToken !== 'string' && typeof idToken !== 'string')
    return { problem: 'its answer has neither access_token nor id_token' };
  return { accessToken: typeof accessToken === 'string' ? accessToken : undefined, idToken };
}
