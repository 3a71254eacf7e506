import type { LightMyRequestResponse } from 'fastify';
import { applySeed, readSeed } from '../../src/configuration/seed/index.js';
import type { SeedNode } from '../../src/environment/model/flow-policies.js';
import { s256 } from '../../src/protocol/pkce.js';
import { as, askAuthorize, cookiesOf, newVerifier, post, redirectUri } from './client.js';
import { environmentId, ids, type TestServer } from './server.js';

/** A sign-on through a flow of DaVinci over HTTP, form by form, as Ping's SDKs send it. */

export const flowPolicyId = '6e9114ac34cfcec300202eae7776f981';

export const signOnNodes: SeedNode[] = [
  {
    type: 'form',
    name: 'Sign On',
    fields: [{ key: 'username' }, { key: 'password', type: 'PASSWORD' }],
    buttons: [{ key: 'SIGNON', label: 'Sign On' }],
  },
  { type: 'password' },
  { type: 'success' },
];

/** Has the single-page application use a flow policy. */
export async function useFlow({ context, environment }: TestServer, policy: object = {}): Promise<void> {
  const seed = { environments: [{ id: environmentId, flowPolicies: [{ id: flowPolicyId, name: 'Flow', ...policy }] }] };
  await applySeed(context, readSeed(seed, 'flow.json'));
  const at = '2026-01-01T00:00:00.000Z';
  await environment.store.flowPolicyAssignments.put({
    id: 'c0000000-0000-4000-8000-000000000099',
    environment: { id: environmentId },
    application: { id: ids.spa },
    flowPolicy: { id: flowPolicyId },
    priority: 1,
    createdAt: at,
    updatedAt: at,
  });
}

export interface Form {
  readonly interactionId: string;
  readonly interactionToken: string;
  readonly id: string;
  readonly _links: { readonly next: { readonly href: string } };
  readonly form: { readonly name: string; readonly components: { readonly fields: readonly Record<string, unknown>[] } };
  readonly [member: string]: unknown;
}

interface Sent {
  readonly eventType?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly url?: string;
  readonly body?: object;
}

export interface Interaction {
  /** The answer to the authorization request. */
  readonly begun: LightMyRequestResponse;
  /** The form that was shown last. */
  form(): Form;
  /** Sends the form; a new one that is answered becomes the current one. */
  send(actionKey: string, formData?: object, more?: Sent): Promise<LightMyRequestResponse>;
  /** What a client asks for while it waits for a challenge. */
  status(challenge: string, interactionId?: string): Promise<LightMyRequestResponse>;
  /** Redeems the code of a completed flow. */
  tokens(completed: LightMyRequestResponse): Promise<{ id_token: string; access_token: string }>;
  /** The cookies that the flow has set. */
  cookies(): string;
}

const sdk = { 'x-requested-with': 'ping-sdk', 'x-requested-platform': 'javascript' };

export async function beginFlow(
  { app }: TestServer,
  parameters: Record<string, string | undefined> = {},
  headers: Record<string, string> = {},
): Promise<Interaction> {
  const verifier = newVerifier();
  const asked = { response_mode: 'pi.flow', state: 's', code_challenge: s256(verifier), code_challenge_method: 'S256', ...parameters };
  const begun = await askAuthorize(app, asked, { ...sdk, accept: 'application/json', ...headers });
  let current = begun.json() as Form;
  let jar = cookiesOf(begun);
  return {
    begun,
    form: () => current,
    async send(actionKey, formData = {}, { eventType = 'submit', headers: others = {}, url, body } = {}) {
      const { interactionId, interactionToken, id, _links } = current;
      const payload = { id, eventName: 'continue', interactionId, parameters: { eventType, data: { actionKey, formData } }, ...body };
      const all = {
        ...sdk,
        'content-type': 'application/json',
        interactionid: interactionId,
        interactiontoken: interactionToken,
        ...others,
      };
      const answer = await app.inject({
        method: 'POST',
        url: url ?? new URL(_links.next.href).pathname,
        headers: Object.fromEntries(Object.entries(all).filter((pair) => pair[1] !== undefined)) as Record<string, string>,
        payload: JSON.stringify(payload),
      });
      jar = cookiesOf(answer) || jar;
      const next = /json/.test(String(answer.headers['content-type'])) ? (answer.json() as Form) : undefined;
      if (next?.form) current = next;
      return answer;
    },
    status: (challenge, interactionId = current.interactionId) =>
      app.inject({
        method: 'POST',
        url: `/${environmentId}/davinci/user/credentials/challenge/${challenge}/status`,
        headers: { 'content-type': 'application/json', interactionid: interactionId },
        payload: '{}',
      }),
    async tokens(completed) {
      const { code } = completed.json().authorizeResponse;
      const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code_verifier: verifier, code };
      return (await post(app, `${as}/token`, form)).json();
    },
    cookies: () => jar,
  };
}
