import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import { shownUserCode } from '../decoupled/device-body.js';
import { buttonForm, field, type Problem, problemBox } from './form-parts.js';

/** The pages on which a person connects a device (RFC 8628 §3.3): the code that it shows, and whether it may come in. */

interface UserCodeForm {
  readonly username: string;
  readonly userCode?: string | undefined;
  readonly problem?: Problem | undefined;
}

const userCodeForm = ({ username, userCode, problem }: UserCodeForm): Html => html`<h1>Connect a Device</h1>
<p class="purpose">signed on as <strong><bdi>${username}</bdi></strong></p>
${problemBox(problem)}
<form method="post">
${field({ name: 'userCode', label: 'Code that the device shows', type: 'text', autocomplete: 'off', value: userCode, focus: true, problem })}
<button class="primary">Continue</button>
</form>
<div class="others">${buttonForm('reset', 'Use another account')}${buttonForm('cancel', 'Cancel')}</div>`;

interface ConsentForm {
  readonly username: string;
  readonly applicationName: string;
  readonly userCode: string;
  readonly scopes: readonly string[];
  readonly problem?: Problem | undefined;
}

/** The code stands here again: only who sees the device can tell that it is the right one (RFC 8628 §3.3.1). */
const consentForm = ({ username, applicationName, userCode, scopes, problem }: ConsentForm): Html => html`<h1>Allow the Device?</h1>
<p class="purpose"><strong><bdi>${applicationName || 'an application without a name'}</bdi></strong> asks to act for <strong><bdi>${username}</bdi></strong></p>
${problemBox(problem)}
<p>Go on only if the device shows the code <strong><code>${userCode}</code></strong>.</p>
${scopes.length > 0 && html`<p>It will be able to use:</p>\n<ul class="advice">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>`}
<form method="post"><button class="primary" name="action" value="accept">Allow</button></form>
<div class="others">${buttonForm('deny', 'Do not allow')}${buttonForm('reset', 'Use another account')}</div>`;

const connected = html`<h1>Device Connected</h1>
<p>You can close this page and go back to your device.</p>`;

const notConnected = (message: string): Html => html`<h1>Device Not Connected</h1>
<p>${message}</p>
<p>To try again, begin on the device: it needs a new code.</p>`;

export interface DeviceView {
  readonly heading: string;
  readonly body: Html;
}

interface Shown {
  readonly problem?: Problem | undefined;
  readonly userCode?: string | undefined;
}

/** The page of a flow that connects a device, or undefined where it waits for the sign-on as any flow does. */
export async function deviceView(environment: Environment, flow: Flow, { problem, userCode }: Shown = {}): Promise<DeviceView | undefined> {
  const { store } = environment;
  if (!flow.deviceGrant) return undefined;
  const username = (flow.userId === undefined ? undefined : await store.users.get(flow.userId))?.username ?? '';
  switch (flow.status) {
    case 'DAG_USER_CODE_REQUIRED':
      return { heading: 'Connect a Device', body: userCodeForm({ username, userCode, problem }) };
    case 'DAG_CONSENT_REQUIRED': {
      const device = await store.deviceAuthorizations.get(flow.deviceGrant.deviceCode ?? '');
      const application = await store.applications.get(flow.applicationId);
      const body = consentForm({
        username,
        applicationName: application?.name ?? '',
        userCode: shownUserCode(device?.userCode ?? ''),
        scopes: device?.scopes ?? [],
        problem,
      });
      return { heading: 'Allow the Device?', body };
    }
    case 'COMPLETED':
      return { heading: 'Device Connected', body: connected };
    case 'FAILED':
      return { heading: 'Device Not Connected', body: notConnected(flow.error?.message ?? 'The sign-on has failed.') };
    default:
      return undefined;
  }
}
