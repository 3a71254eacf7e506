import type { Explanation } from '../../diagnosis/of-request.js';
import { type Html, html } from '../../lib/html.js';
import { isObject, parseJson } from '../../lib/unknown.js';
import type { ErrorDetail, ErrorEnvelope } from '../../pingone/pingone-error.js';

type ReceivedError = Pick<ErrorEnvelope, 'message'> &
  Partial<Pick<ErrorEnvelope, 'id' | 'code'>> & { readonly details: readonly ErrorDetail[] };

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const jsonOf = (value: string): unknown => {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
};

/** PingOne's error object from the page's parameter `error`, or undefined if it is not one: anyone can put anything there. */
function readError(parameter: string): ReceivedError | undefined {
  const parsed = jsonOf(parameter);
  const message = isObject(parsed) ? text(parsed.message) : undefined;
  if (!isObject(parsed) || message === undefined) return undefined;
  const details = (Array.isArray(parsed.details) ? parsed.details : []).slice(0, 20).flatMap((detail: unknown) => {
    if (!isObject(detail)) return [];
    const code = text(detail.code) ?? '';
    return [{ code, target: text(detail.target), message: text(detail.message) ?? code }];
  });
  return { id: text(parsed.id), code: text(parsed.code), message, details };
}

const advice: Readonly<Record<string, string>> = {
  redirect_uri:
    'The redirect_uri of the request must match one of the application’s redirect URIs exactly: scheme, host, path, query and a trailing slash. Only the port of a loopback host may differ.',
  post_logout_redirect_uri: 'The post_logout_redirect_uri must match one of the application’s postLogoutRedirectUris exactly.',
  client_id: 'The client_id must be the id of an enabled application in this environment.',
};

/** The resume endpoint's errors, which the request did not cause. */
const adviceOnCode: Readonly<Record<string, string>> = {
  ACCESS_FAILED: 'Only the browser that signed on can return to the application. Use that browser, and allow cookies.',
  NOT_FOUND: 'This sign-on has already finished, or was idle for more than fifteen minutes.',
};

const ownMember = (table: Readonly<Record<string, string>>, name: string | undefined): string[] =>
  name !== undefined && Object.hasOwn(table, name) ? [table[name] as string] : [];

const adviceFor = ({ code, details }: ReceivedError): readonly string[] => {
  const onCode = ownMember(adviceOnCode, code);
  if (onCode.length > 0) return onCode;
  const onTargets = details.flatMap(({ target }) => ownMember(advice, target));
  const guess =
    details.length === 0 && code === 'INVALID_DATA'
      ? ['Most likely no application in this environment has the client_id of the request.']
      : [];
  return [...onTargets, ...guess, 'The log of pingone-mock has a line about this request, with what it expected and what it received.'];
};

/** The page cannot return to the application. */
const startAgain = html`<li>Then start again from the application: this page cannot continue.</li>`;

const value = (name: string, text: string | undefined): Html | false =>
  text !== undefined && html`<dt>${name}</dt>\n<dd><code>${text}</code></dd>\n`;

/** What the mock knows about the refusal. */
const explained = ({ title, why, fix, expected, got, url }: Explanation): Html => html`
<h2>Why</h2>
<p class="diagnosis">${title}.${why !== '' && ` ${why}`}</p>${
  (expected !== undefined || got !== undefined) &&
  html`
<dl class="values">
${value('Expected', expected)}${value('Received', got)}</dl>`
}
<h2>What to do</h2>
<ul class="advice">
<li>${fix}</li>
${startAgain}
</ul>${
  url !== undefined &&
  html`
<p class="see"><a href="${url}">Open this request in the inspector</a></p>`
}`;

/** What the page can say about an error without its request. */
const advised = (error: ReceivedError): Html => html`
<h2>What to do</h2>
<ul class="advice">
${adviceFor(error).map((line) => html`<li>${line}</li>\n`)}${startAgain}
</ul>`;

const received = (error: ReceivedError, explanation: Explanation | undefined): Html => html`<div class="problem" role="alert">
<p>${error.message}</p>${
  error.details.length > 0 &&
  html`
<ul>${error.details.map(
    ({ code, target, message }) =>
      html`<li>${message}${(target !== undefined || code !== '') && html` <code>${[code, target].filter(Boolean).join(' · ')}</code>`}</li>`,
  )}</ul>`
}
</div>${explanation ? explained(explanation) : advised(error)}${
  error.id !== undefined &&
  html`
<p class="correlation">Correlation ID <code>${error.id}</code></p>`
}`;

/**
 * The page for an error that must not go to the application, because the redirect_uri cannot be trusted (docs/fidelity.md, 3.6).
 *
 * @param parameter the page's parameter `error`
 * @param explain finds out why the request with a correlation id was refused
 */
export function errorBody(parameter: string, explain: (correlationId: string) => Explanation | undefined): Html {
  const error = readError(parameter);
  const explanation = error?.id === undefined ? undefined : explain(error.id);
  return html`<h1>Cannot Continue</h1>
${
  error
    ? received(error, explanation)
    : html`<div class="problem" role="alert">
<p>The page was opened with an error that is not in PingOne\u2019s format.</p>
</div>
${parameter !== '' && html`<p>This is what it received:</p>\n<pre tabindex="0">${parameter.slice(0, 500)}</pre>`}
<p>Start again from the application. If pingone-mock itself sent you here, please report it.</p>`
}`;
}
