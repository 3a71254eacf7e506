import type { ErrorDetail, ErrorEnvelope } from '../pingone/errors.js';
import { type Html, html } from '../pingone/html.js';

type ReceivedError = Pick<ErrorEnvelope, 'message'> &
  Partial<Pick<ErrorEnvelope, 'id' | 'code'>> & { readonly details: readonly ErrorDetail[] };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const parseJson = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

/** PingOne's error object from the parameter `error` of the page, as far as it is one: anybody may write anything there. */
export function readError(parameter: string): ReceivedError | undefined {
  const parsed = parseJson(parameter);
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
    'The redirect_uri of the request must equal one of the redirect URIs of the application, to the character: scheme, host, path, query and a slash at the end. Only the port of a loopback host may differ.',
  post_logout_redirect_uri:
    'The post_logout_redirect_uri must equal one of the postLogoutRedirectUris of the application, to the character.',
  client_id: 'The client_id must be the id of an application of this environment that is enabled.',
};

const adviceFor = ({ code, details }: ReceivedError): readonly string[] => {
  const known = details.flatMap(({ target }) => (target !== undefined && Object.hasOwn(advice, target) ? (advice[target] as string) : []));
  if (known.length > 0) return known;
  if (details.length === 0 && code === 'INVALID_DATA')
    return ['Most likely no application of this environment has the client_id of the request.'];
  return [];
};

const received = (error: ReceivedError): Html => html`<div class="problem" role="alert">
<p>${error.message}</p>${
  error.details.length > 0 &&
  html`
<ul>${error.details.map(
    ({ code, target, message }) =>
      html`<li>${message}${(target !== undefined || code !== '') && html` <code>${[code, target].filter(Boolean).join(' · ')}</code>`}</li>`,
  )}</ul>`
}
</div>
<h2>What to do</h2>
<ul class="advice">
${adviceFor(error).map((line) => html`<li>${line}</li>\n`)}<li>The log of pingone-mock has a line about this request, with what came and what was expected.</li>
<li>Then start again from the application: nothing can be continued from here.</li>
</ul>${
  error.id !== undefined &&
  html`
<p class="correlation">Correlation ID <code>${error.id}</code></p>`
}`;

/** The page for an error that may not go to the application, because its redirect_uri cannot be trusted (docs/fidelity.md, 3.6). */
export function errorBody(parameter: string): Html {
  const error = readError(parameter);
  return html`<h1>Cannot Continue</h1>
${
  error
    ? received(error)
    : html`<div class="problem" role="alert">
<p>The page was opened with an error that is not in PingOne’s format.</p>
</div>
${parameter !== '' && html`<p>This is what came:</p>\n<pre tabindex="0">${parameter.slice(0, 500)}</pre>`}
<p>Start again from the application. If the mock itself sent you here, please report it.</p>`
}`;
}
