import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { ExternalSignOn, Flow } from '../../environment/model/lifetimes.js';
import { sendRedirect } from '../../http/answers.js';
import { object, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import { findFlow, saveFlow, transactionOf } from '../flows.js';
import { browserCookie, browserOf } from './browser-cookie.js';
import { actionOf, offeredProvider } from './offered.js';
import { type Way, wayTo } from './ways.js';

/** As long as a flow without activity. */
const signOnMilliseconds = 15 * 60 * 1000;

const query = object({}, { providerId: string, flowId: string });

/** Sends the browser to an external identity provider (docs/fidelity.md, 7.8), under /{environmentId}/rp. */
export const authenticate: Endpoint = (app, context) => {
  app.get('/authenticate', { exposeHeadRoute: false, config: { parameters: query } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const flow = await findFlow(environment, textMember(request.query, 'flowId'));
    const provider = await offeredProvider(environment, flow, textMember(request.query, 'providerId'));
    const way = provider && wayTo(context, request, provider);
    if (!provider || !way) throw invalidValue('providerId', flowTexts.provider.text);
    return sendRedirect(reply, await begin(context, environment, { flow, provider, way, request, reply }));
  });
};

interface Beginning {
  readonly flow: Flow;
  readonly provider: IdentityProvider;
  readonly way: Way;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Remembers whom the browser is sent to and for what; returns where. */
async function begin(context: Context, environment: Environment, { flow, provider, way, request, reply }: Beginning): Promise<string> {
  const { random, clock, store } = environment;
  const base = context.baseUrl(request, environment);
  const newText = () => random.bytes(32).toString('base64url');
  const browser = browserOf(request.headers.cookie) ?? newText();
  const { pathname, protocol } = new URL(base);
  reply.header('set-cookie', browserCookie(browser, { path: pathname, secure: protocol === 'https:' }));
  const signOn: ExternalSignOn = {
    id: newText(),
    flowId: flow.id,
    providerId: provider.id,
    browser,
    redirectUri: `${base}/rp/callback/${provider.type.toLowerCase()}`,
    nonce: newText(),
    codeVerifier: way.kind === 'oauth' && way.sendsChallenge ? newText() : undefined,
    expiresAt: clock.now() + signOnMilliseconds,
  };
  await store.externalSignOns.put(signOn, signOn.expiresAt);
  await saveFlow(environment, { ...flow, externalProblem: undefined });
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    ok: null,
    title: `Sent to the identity provider ${provider.name}`,
    checks: [],
    exchange: request.exchange,
  });
  if (way.kind === 'page') return `${base}/rp/someone-else?state=${signOn.id}`;
  return withQuery(way.authorization, {
    response_type: 'code',
    client_id: way.clientId,
    redirect_uri: signOn.redirectUri,
    scope: way.scope,
    state: signOn.id,
    ...(way.idTokens && { nonce: signOn.nonce }),
    ...(signOn.codeVerifier !== undefined && {
      code_challenge: createHash('sha256').update(signOn.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
    ...(await fromPolicy(environment, flow, provider)),
  });
}

/** What the action of the policy adds: `acr_values`, which only OpenID Connect knows, and the user's name. */
async function fromPolicy(environment: Environment, flow: Flow, { type }: IdentityProvider): Promise<Readonly<Record<string, string>>> {
  const action = flow.status === 'EXTERNAL_AUTHENTICATION_REQUIRED' ? await actionOf(environment, flow) : undefined;
  const user = flow.userId === undefined ? undefined : await environment.store.users.get(flow.userId);
  const hint = user?.username ?? flow.request.loginHint;
  return {
    ...(type === 'OPENID_CONNECT' && typeof action?.acrValues === 'string' && action.acrValues !== '' && { acr_values: action.acrValues }),
    ...(action?.passUserContext === true && hint !== undefined && { login_hint: hint }),
  };
}

function withQuery(address: string, parameters: Readonly<Record<string, string>>): string {
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(parameters).toString()}`;
}
