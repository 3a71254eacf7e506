import { parseJson } from '../../lib/unknown.js';
import type { Check } from '../check.js';
import type { RuleName } from '../rules/index.js';
import type { Diagnosis } from './diagnosis.js';

/** A request to an endpoint that takes a form, as it was sent. */
export interface SentForm {
  readonly contentType: string | undefined;
  readonly body: string;
  /** The names of the parameters in its query. */
  readonly inQuery: readonly string[];
  /** The names of the parameters in its body. */
  readonly inBody: readonly string[];
}

/** The parameters of the endpoints that take a form. */
const parameters: ReadonlySet<string> = new Set(
  ['grant_type', 'code', 'code_verifier', 'redirect_uri', 'scope', 'refresh_token', 'device_code', 'auth_req_id', 'token'].concat(
    ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'subject_token', 'subject_token_type', 'actor_token'],
    ['response_type', 'code_challenge', 'code_challenge_method', 'state', 'nonce', 'login_hint', 'login_hint_token', 'id_token_hint'],
  ),
);

/** Rules that fail because a parameter is missing, besides those whose names say so. */
const lacking: ReadonlySet<RuleName> = new Set([
  'client_known',
  'client_authentication_method',
  'redirect_uri_repeated',
  'content_type_form',
]);

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    return parseJson(text) !== undefined;
  } catch {
    return false;
  }
}

/** `name=value`, with a name that the endpoints know. */
const looksLikeForm = (text: string): boolean => parameters.has(/^\s*([\w.-]+)=/.exec(text)?.[1] ?? '');

/** Whether a form was sent in a way that makes it unreadable, wholly or in part; undefined if the refusal has another reason. */
export function diagnoseForm({ contentType, body, inQuery, inBody }: SentForm, check: Check<RuleName>): Diagnosis | undefined {
  const isForm = /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? '');
  if (!isForm && looksLikeForm(body))
    return {
      code: 'form_under_other_type',
      title: `The body is a form, but its Content-Type is ${JSON.stringify((contentType ?? 'missing').slice(0, 80))}`,
      why: 'The server reads a body as its Content-Type says. OAuth requests are forms (RFC 6749 §3.2), and so is this body.',
      fix: 'Send Content-Type: application/x-www-form-urlencoded. fetch sets it automatically if the body is a URLSearchParams rather than a string.',
      confidence: 'exact',
    };
  if (isForm && isJson(body))
    return {
      code: 'json_as_form',
      title: 'The body is JSON, but its Content-Type says that it is a form',
      why: 'Read as a form, it is one parameter with a strange name, so every parameter is missing.',
      fix: 'Encode the parameters as a form: grant_type=…&code=…. URLSearchParams does so, JSON.stringify does not.',
      confidence: 'exact',
    };
  if (!check.rule.endsWith('_present') && !lacking.has(check.rule)) return undefined;
  const misplaced = inQuery.filter((name) => parameters.has(name) && !inBody.includes(name));
  if (misplaced.length === 0) return undefined;
  return {
    code: 'parameters_in_query',
    title: `The parameters were sent in the query of the URL, not in the body: ${misplaced.join(', ')}`,
    why: `This endpoint reads only the body of the POST (RFC 6749 §3.2), which has ${inBody.length === 0 ? 'no parameters' : `only ${inBody.slice(0, 10).join(', ').slice(0, 200)}`}. A query ends up in logs, with its secrets.`,
    fix: 'Send them as the body. With axios, that is the second argument, axios.post(url, new URLSearchParams({…})), not params.',
    confidence: 'exact',
  };
}
