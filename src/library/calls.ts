import { ownRequestHeader } from '../environment/journal/exchange.js';
import { parseJson } from '../lib/unknown.js';
import { MockError, refusedAnswer } from './mock-error.js';
import type { MockAnswer, Transport } from './transport.js';

interface Call {
  readonly method?: string;
  readonly body?: object | undefined;
  readonly type?: string;
  /** For the management API. */
  readonly token?: string | undefined;
}

const diagnosisOf = ({ headers }: MockAnswer): string | undefined => {
  const { 'x-mock-diagnosis': diagnosis } = headers;
  return typeof diagnosis === 'string' ? diagnosis : undefined;
};

/** Returns the JSON of a response; throws if the server refused the request. */
export function expectJson(answer: MockAnswer, what: string): unknown {
  if (answer.status >= 400) throw refusedAnswer(what, answer.status, answer.text, diagnosisOf(answer));
  try {
    return answer.text === '' ? undefined : parseJson(answer.text);
  } catch {
    throw new MockError(`${what}: the response is not JSON: ${answer.text.slice(0, 200)}`, {
      code: 'answer_unreadable',
      status: answer.status,
    });
  }
}

/** Sends JSON to a path and returns the JSON of the response. */
export async function call(
  transport: Transport,
  path: string,
  { method = 'GET', body, type = 'application/json', token }: Call = {},
): Promise<unknown> {
  const answer = await transport.send({
    method,
    path,
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      ...(token !== undefined && { authorization: `Bearer ${token}`, [ownRequestHeader]: 'library' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return expectJson(answer, `${method} ${path.split('?', 1)[0]}`);
}

/** The members that are set, as a query ("?wait=2s&state=failed"), or an empty text. */
export function toQuery(members: object): string {
  const set = Object.entries(members).filter(([, value]) => value !== undefined);
  return set.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(set.map(([name, value]) => [name, String(value)])))}`;
}
