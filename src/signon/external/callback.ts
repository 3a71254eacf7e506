import type { FastifyReply, FastifyRequest } from 'fastify';
import { type App, type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { ExternalSignOn, Flow } from '../../environment/model/lifetimes.js';
import { beginTransaction, recordFailure } from '../../environment/record.js';
import { serialize } from '../../environment/serialize.js';
import { sendRedirect } from '../../http/answers.js';
import { formOf } from '../../http/bodies.js';
import { sendSession, sessionOf } from '../../http/browser-session.js';
import { sameSecret } from '../../lib/same-secret.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { membersOf, textMember } from '../../lib/unknown.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { PingOneError, requestFailed } from '../../pingone/pingone-error.js';
import { type Check, check } from '../../protocol/check.js';
import type { RuleName } from '../../protocol/rules/index.js';
import { saveFlow, transactionOf } from '../flows.js';
import { signOnPage } from '../sign-on-page.js';
import { arrive, NobodyToSignOn } from './arrive.js';
import { browserOf } from './browser-cookie.js';
import { callerFor } from './call.js';
import { type Identity, type IdentityDecision, identify } from './identity.js';
import { offeredProvider } from './offered.js';
import { type Way, wayTo } from './ways.js';

const parameters = object({}, { code: secret(string), state: string, error: string, error_description: string, iss: string });

/** In bytes: what a form says goes on in an address, and Node reads no address above 16 kB. */
const largestForm = 16_384;

/** Where external identity providers send the browser back to (docs/fidelity.md, 7.8), under /{environmentId}/rp. */
export const callback: Endpoint = (app, context) => {
  const path = '/callback/:type';
  const config = { parameters };
  app.get(path, { exposeHeadRoute: false, config }, (request, reply) => answer(app, context, request, reply));
  // A form from another site brings no cookies over http: the same once more as a navigation, which does.
  app.post(path, { config, bodyLimit: largestForm }, (request, reply) => {
    const base = context.baseUrl(request, environmentOf(context, request));
    const sent = Object.entries({ ...membersOf(request.query), ...formOf(request) }).filter(
      (pair): pair is [string, string] => Object.hasOwn(parameters.properties, pair[0]) && typeof pair[1] === 'string',
    );
    const type = encodeURIComponent(textMember(request.params, 'type') ?? '');
    return sendRedirect(reply, `${base}/rp/callback/${type}?${new URLSearchParams(sent).toString()}`, 303);
  });
};

/** A callback whose state is known: what it belongs to. */
interface Returned {
  readonly signOn: ExternalSignOn;
  readonly flow: Flow;
  readonly provider: IdentityProvider;
  readonly way: Way;
}

async function answer(app: App, context: Context, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const environment = environmentOf(context, request);
  const { store } = environment;
  const state = textMember(request.query, 'state');
  // In one step: of two callbacks with the same state, one continues.
  const signOn = await store.externalSignOns.take(state ?? '');
  if (!signOn) return refuseStray(context, environment, request, reply, state === undefined ? 'external_state_sent' : 'external_state');
  await store.externalSignOns.put({ ...signOn, isUsed: true }, signOn.expiresAt);
  if (signOn.isUsed) return refuseStray(context, environment, request, reply, 'external_state_unused');
  const flow = await store.flows.get(signOn.flowId);
  if (!flow) return refuseStray(context, environment, request, reply, 'flow_known');
  const provider = await offeredProvider(environment, flow, signOn.providerId);
  const way = provider && wayTo(context, request, provider);
  if (!provider || !way)
    return refuse(context, { environment, flow, request, reply }, [check('external_waiting', false, { got: flow.status })]);

  const decision = await judge(app, context, request, environment, { signOn, flow, provider, way });
  if (decision.refusedBy) return refuse(context, { environment, flow, request, reply }, decision.checks, provider);
  return continueWith(context, { environment, flow, request, reply }, provider, decision);
}

/** Judges a callback: the browser, what the provider answered, and then who it says the person is. */
async function judge(
  app: App,
  context: Context,
  request: FastifyRequest,
  environment: Environment,
  { signOn, provider, way }: Returned,
): Promise<IdentityDecision> {
  const query = (name: string) => textMember(request.query, name);
  const type = textMember(request.params, 'type');
  const [iss, error] = [query('iss'), query('error')];
  const issuer = way.kind === 'oauth' ? way.idTokens?.issuer : undefined;
  const code = query('code') ?? '';
  const checks: Check<RuleName>[] = [];
  for (const each of [
    check('external_browser', sameSecret(signOn.browser, browserOf(request.headers.cookie) ?? '')),
    check('external_callback', type === provider.type.toLowerCase(), { expected: provider.type.toLowerCase(), got: type }),
    check('external_iss', iss === undefined || issuer === undefined || iss === issuer, { expected: issuer, got: iss }),
    check('external_consented', error === undefined, { got: [error, query('error_description')].filter(Boolean).join(': ').slice(0, 300) }),
    check('external_code', code !== ''),
  ]) {
    checks.push(each);
    if (!each.ok) return { checks, refusedBy: each };
  }
  const decision = await identify(callerFor(app, context, request), environment, { signOn, provider, way, code });
  return { ...decision, checks: [...checks, ...decision.checks] };
}

interface Here {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The page of a flow, or the application's own. */
async function pageOf(context: Context, { environment, flow, request }: Here, error?: PingOneError): Promise<string> {
  const application = await environment.store.applications.get(flow.applicationId);
  const baseUrl = context.baseUrl(request, environment);
  const text = error && JSON.stringify(error.envelope(request.id));
  return signOnPage(environment, application, { baseUrl, flowId: flow.id, ...(text !== undefined && { error: text }) });
}

/** The provider's answer holds: the flow goes on, if it still waits for it. */
async function continueWith(
  context: Context,
  here: Here,
  provider: IdentityProvider,
  { checks, value: identity }: IdentityDecision & { readonly value: Identity },
): Promise<FastifyReply> {
  const { environment, request, reply } = here;
  const { exchange } = request;
  const session = await sessionOf(environment, request);
  // The provider may have taken its time: what matters is what the flow waits for now.
  const result = await serialize(environment, `flow ${here.flow.id}`, async () => {
    const flow = await environment.store.flows.get(here.flow.id);
    if (!flow || !(await offeredProvider(environment, flow, provider.id)))
      return check('external_waiting', false, { got: flow?.status ?? 'no flow' });
    environment.transactions.step(transactionOf(environment, flow), {
      kind: 'login',
      ok: true,
      title: `Signed on at ${provider.name}`,
      checks,
      exchange,
      data: { externalId: identity.externalId, attributes: identity.attributes },
    });
    try {
      return await arrive({ environment, flow, session, exchange }, provider, identity);
    } catch (error) {
      if (error instanceof NobodyToSignOn || error instanceof PingOneError) return check('external_user', false, { got: error.message });
      throw error;
    }
  });
  if ('rule' in result) return refuse(context, here, [result], provider);
  if (result.session) sendSession(context, environment, request, reply, result.session);
  return sendRedirect(reply, await pageOf(context, { ...here, flow: result.flow }));
}

/** Refuses a callback that belongs to a flow. No user is signed on; the person may try again, or sign on in another way. */
async function refuse(
  context: Context,
  here: Here,
  checks: readonly Check<RuleName>[],
  provider?: IdentityProvider,
): Promise<FastifyReply> {
  const { environment, flow, request, reply } = here;
  const refusedBy = checks.at(-1);
  const reason = `${refusedBy?.rule}: ${refusedBy?.got ?? ''}`;
  const denied = refusedBy?.rule === 'external_consented';
  const message = denied ? flowTexts.externalRefused.text : flowTexts.externalFailed.text;
  const refused = requestFailed({ code: 'INVALID_VALUE', message }, { reason });
  await serialize(environment, `flow ${flow.id}`, async () => {
    const current = await environment.store.flows.get(flow.id);
    const shown = denied && refusedBy.got ? `${message} (${refusedBy.got})` : message;
    if (current) await saveFlow(environment, { ...current, externalProblem: shown });
  });
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    // Another try may be right.
    ok: null,
    title: `Sign-on${provider ? ` at ${provider.name}` : ''} refused by ${refusedBy?.rule}`,
    checks,
    exchange: request.exchange,
  });
  return sendRedirect(reply, await pageOf(context, here, refused));
}

/** Refuses a callback that belongs to no sign-on. */
function refuseStray(
  context: Context,
  environment: Environment,
  request: FastifyRequest,
  reply: FastifyReply,
  rule: 'external_state_sent' | 'external_state' | 'external_state_unused' | 'flow_known',
): FastifyReply {
  const baseUrl = context.baseUrl(request, environment);
  const transaction = beginTransaction(environment, { baseUrl });
  const got = textMember(request.query, 'state') ?? 'no state';
  const checks = [check(rule, false, { got })];
  recordFailure(environment, transaction, {
    kind: 'login',
    title: `Callback refused by ${rule}`,
    checks,
    exchange: request.exchange,
  });
  const refused = requestFailed({ code: 'INVALID_VALUE', target: 'state', message: flowTexts.externalState.text }, { reason: got });
  const error = JSON.stringify(refused.envelope(request.id));
  return sendRedirect(reply, signOnPage(environment, undefined, { baseUrl, error }));
}
