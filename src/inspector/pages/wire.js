/** A request as it went over the wire, and as a curl command. */
import { hex } from './bytes.js';
import { api, copyButton, h, inEnvironment, projector, root } from './dom.js';

const quote = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
/** Header values are Latin-1: one byte a character, which a UTF-8 terminal would encode as two. */
const quoteBytes = (text) =>
  /^[ -~]*$/.test(text)
    ? quote(text)
    : `$'${text.replace(/[\\']/g, '\\$&').replace(/[^ -~]/g, (character) => `\\x${hex(character.charCodeAt(0))}`)}'`;
/** Headers that curl sets itself. */
const made = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

/** A curl command that sends exactly this request again. */
function asCurl({ method, url, headers, body }, { via: [via], envId }) {
  const { protocol, host, pathname } = new URL(via?.replace(`/${envId}`, '') ?? new URL('..', root));
  // The path prefix that a proxy removed.
  const prefix = host === headers.host ? pathname.replace(/\/$/, '') : '';
  const address = quote(`${protocol}//${headers.host}${prefix}${url}`);
  // curl does not trust the mock's certificate authority.
  const lines = [`curl -i -g --path-as-is ${protocol === 'https:' ? '-k ' : ''}${method === 'GET' ? '' : `-X ${method} `}${address}`];
  // curl would drop the fragment.
  if (url.includes('#')) lines.push(`--request-target ${quote(url)}`);
  for (const [name, values] of Object.entries(headers))
    if (!made.has(name))
      for (const value of [values].flat()) lines.push(`-H ${quoteBytes(value === '' ? `${name};` : `${name}: ${value}`)}`);
  if (body !== undefined) {
    if (headers['content-type'] === undefined) lines.push(`-H 'content-type:'`);
    lines.push(`--data-raw ${quote(body)}`);
  }
  return lines.join(' \\\n  ');
}

/** The request in full: the journal has what a truncated transaction lacks. */
async function wholeRequest({ truncated, id, envId }, { request, response }) {
  if (!truncated) return request;
  const { requests } = await api.get(`${envId && inEnvironment(envId, '')}requests?transaction=${id}`);
  return requests.find((each) => each.id === response?.headers['correlation-id']) ?? request;
}

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** Request and response in full. */
const raw = ({ request, response }, open) => {
  const lines = (headers) =>
    Object.entries(headers)
      .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
      .join('\n');
  return h(
    'details.raw',
    { open },
    h('summary', 'Raw HTTP'),
    h(
      'pre',
      { tabIndex: 0 },
      `${request.method} ${request.url} HTTP/1.1\n${lines(request.headers)}${request.body ? `\n\n${request.body}` : ''}`,
    ),
    response &&
      h(
        'pre',
        { tabIndex: 0 },
        `HTTP/1.1 ${response.status}\n${lines(response.headers)}${response.body ? `\n\n${pretty(response.body)}` : ''}`,
      ),
  );
};

/** A request with its status, as curl, and raw. `open`: the raw form is shown at once. */
export const wire = (transaction, step, open = false) =>
  h(
    'div.wire',
    h('code.line', `${step.request.method} ${step.request.url.split('?')[0]}`),
    step.response && h('span.chip', step.response.status),
    !projector && copyButton('Copy as curl', async () => asCurl(await wholeRequest(transaction, step), transaction)),
    raw(step, open),
  );
