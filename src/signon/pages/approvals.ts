import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { BackchannelRequest } from '../../environment/model/polled-grants.js';
import type { PushRequest } from '../../environment/model/second-factor.js';
import { isForm } from '../../http/bodies.js';
import { type Html, html } from '../../lib/html.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { decideBackchannelRequest, waitingBackchannelRequests } from '../decoupled/backchannel.js';
import { decidePush, waitingPushes } from '../mfa/push.js';
import { isForeign } from './page-form.js';
import { sendBody, sendMessage } from './send-page.js';

const approvalForm = object({}, { id: secret(string), push: string, number: string, action: string });

/** One request, as a person's phone would show it. */
async function requestBody({ store }: Environment, { id, clientId, userId, scopes, bindingMessage }: BackchannelRequest): Promise<Html> {
  const [application, user] = [await store.applications.get(clientId), await store.users.get(userId)];
  return html`<section aria-labelledby="request-${id}">
<h2 id="request-${id}"><bdi>${application?.name ?? clientId}</bdi> requests approval from <bdi>${user?.username ?? userId}</bdi></h2>
${bindingMessage !== undefined && html`<p><strong><bdi>${bindingMessage}</bdi></strong></p>`}
<p>It will be able to use ${scopes.map((scope) => html`<code>${scope}</code> `)}</p>
<form method="post"><input type="hidden" name="id" value="${id}"><button class="primary" type="submit" name="action" value="approve">Approve</button></form>
<div class="others"><form method="post" class="other"><input type="hidden" name="id" value="${id}"><button class="plain" name="action" value="deny">Deny</button></form></div>
</section>`;
}

/** A sign-on that a phone is asked to confirm. Where numbers have to match, the phone offers three. */
async function pushBody({ store }: Environment, { id, userId, deviceId, choices }: PushRequest): Promise<Html> {
  const [user, device] = await Promise.all([store.users.get(userId), store.devices.get(deviceId)]);
  const approve = (number?: string) => html`<form method="post"${number !== undefined && html` class="other"`}>
<input type="hidden" name="push" value="${id}">${number !== undefined && html`<input type="hidden" name="number" value="${number}">`}
<button class="${number === undefined ? 'primary' : 'user'}" type="submit" name="action" value="approve">${number ?? 'Approve'}</button></form>`;
  return html`<section aria-labelledby="push-${id}">
<h2 id="push-${id}">Is <bdi>${user?.username ?? userId}</bdi> signing on?</h2>
<p>This is what <bdi>${device?.nickname ?? 'the phone'}</bdi> asks.${choices && ' Choose the number that the sign-on page shows.'}</p>
${choices ? choices.map((number) => approve(number)) : approve()}
<div class="others"><form method="post" class="other"><input type="hidden" name="push" value="${id}"><button class="plain" name="action" value="deny">Deny</button></form></div>
</section>`;
}

const pushExplanations: Readonly<Record<string, string>> = {
  approved: 'Approved. The sign-on continues.',
  denied: 'Denied. The sign-on has failed.',
};

const explanations: Readonly<Record<string, string>> = {
  approved: 'Approved. The application gets its tokens the next time it asks.',
  denied: 'Denied. The application learns about it the next time it asks.',
  unknown: 'There is no such request.',
  'decided already': 'This request has already been decided.',
  expired: 'This request has expired.',
};

/** A page that plays every person's device: it approves what applications request without a browser (OpenID Connect CIBA), and sign-ons. */
export const approvals: Endpoint = (app, context) => {
  const path = '/approvals';
  app.get(path, async (request, reply) => {
    const environment = environmentOf(context, request);
    const waiting = await waitingBackchannelRequests(environment);
    const pushes = (await waitingPushes(environment)).toReversed();
    const bodies = await Promise.all([
      ...pushes.map((push) => pushBody(environment, push)),
      ...waiting.map((each) => requestBody(environment, each)),
    ]);
    const body = html`<h1>Approvals</h1>
${bodies.length === 0 ? html`<p>No requests are waiting. Reload this page after an application has sent one.</p>` : bodies}`;
    return sendBody(request, reply, { status: 200, title: 'Approvals – pingone-mock', environmentName: environment.record.name, body });
  });

  app.post(path, { schema: { body: approvalForm }, attachValidation: true }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const environmentName = environment.record.name;
    const back = html`<p><a class="plain" href="approvals">Back to the waiting requests</a></p>`;
    const refuse = (status: number, text: string) =>
      sendMessage(request, reply, { status, heading: 'Cannot Continue', environmentName, text: html`<p>${text}</p>\n${back}` });
    if (isForeign(context, request)) return refuse(403, 'The form was sent from another site.');
    if (!isForm(request) || request.validationError) return refuse(400, 'The data sent does not match a form of this page.');
    const { id = '', push, number, action } = request.body;
    if (action !== 'approve' && action !== 'deny') return refuse(400, 'The data sent does not match a form of this page.');
    const approves = action === 'approve';
    const decision = await (push === undefined
      ? decideBackchannelRequest(environment, id, approves)
      : decidePush(environment, push, approves, number));
    const status = decision === 'approved' || decision === 'denied' ? 200 : 409;
    const words = push === undefined ? explanations : { ...explanations, ...pushExplanations };
    const text = html`<p>${words[decision]}</p>\n${back}`;
    return sendMessage(request, reply, { status, heading: status === 200 ? 'Done' : 'Too Late', environmentName, text });
  });
};
