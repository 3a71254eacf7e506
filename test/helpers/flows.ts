import { createHash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { SignOnPolicy } from '../../src/environment/model/configuration.js';
import { as, askAuthorize, newVerifier, post, redirectUri } from './client.js';
import { environmentId, ids, type TestServer } from './server.js';

/** A flow under `pi.flow`, step by step, as an application with a page of its own goes through it. */

export interface FlowBody {
  id: string;
  status: string;
  _links: Record<string, { href: string }>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  _embedded: any;
  [member: string]: unknown;
}

export interface StartedFlow {
  readonly id: string;
  readonly body: FlowBody;
  readonly verifier: string;
  /** Sends an action; a text goes as it is. */
  act(action: string, body?: object | string): Promise<LightMyRequestResponse>;
  read(): Promise<FlowBody>;
  /** Resumes and redeems. */
  tokens(): Promise<{ id_token: string; access_token: string; scope: string }>;
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Asks for a sign-on to the single-page application under `pi.flow`. */
export async function startFlow(
  { app }: TestServer,
  parameters: Record<string, string | undefined> = {},
  cookie?: string,
): Promise<StartedFlow> {
  const verifier = newVerifier();
  const asked = await askAuthorize(
    app,
    { response_mode: 'pi.flow', code_challenge: challengeOf(verifier), code_challenge_method: 'S256', ...parameters },
    cookie === undefined ? {} : { cookie },
  );
  const body = asked.json() as FlowBody;
  const url = `/${environmentId}/flows/${body.id}`;
  return {
    id: body.id,
    body,
    verifier,
    act: (action, sent = {}) =>
      app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': `application/vnd.pingidentity.${action}+json`, ...(cookie !== undefined && { cookie }) },
        payload: typeof sent === 'string' ? sent : JSON.stringify(sent),
      }),
    read: async () => (await app.inject(url)).json(),
    tokens: async () => {
      const { authorizeResponse } = (await app.inject(`${as}/resume?flowId=${body.id}`)).json();
      const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code_verifier: verifier };
      return (await post(app, `${as}/token`, { ...form, code: authorizeResponse?.code })).json();
    },
  };
}

/** Makes a sign-on policy and assigns it to the single-page application. */
export async function assignPolicy({ environment }: TestServer, name: string, actions: object[], applicationId: string = ids.spa) {
  const { store, random } = environment;
  const at = '2026-11-22T12:00:00.000Z';
  const members = () => ({ id: random.uuid(), environment: { id: environmentId }, createdAt: at, updatedAt: at });
  const policy: SignOnPolicy = { ...members(), name, default: false };
  await store.signOnPolicies.put(policy);
  for (const [index, action] of actions.entries())
    await store.signOnPolicyActions.put({ ...members(), type: 'LOGIN', priority: index + 1, ...action, signOnPolicy: { id: policy.id } });
  const assigned = await store.signOnPolicyAssignments.find('application.id', applicationId);
  await store.signOnPolicyAssignments.put({
    ...members(),
    application: { id: applicationId },
    signOnPolicy: { id: policy.id },
    priority: assigned.length + 1,
  });
  return policy;
}

/** The code of the last message that was sent for a flow. */
export const lastCode = ({ environment }: TestServer, flowId: string): string => environment.outbox.lastOf(flowId)?.code ?? '';
