// What PINGONE_MOCK_HIDE_SECRETS leaves out. The schemas of a route say which members are secret. Whatever was found so
// is left out wherever else it is shown: in other headers, in checks, in diagnoses, in the log.
import { countPairs, decodeFormText, mostPairs } from '../../lib/form-pairs.js';
import { excessIn, largestJson } from '../../lib/json-size.js';
import { occurrencesOf } from '../../lib/occurrences.js';
import type { Schema } from '../../lib/schema/compile.js';
import { isSecret, schemasOfMember, withoutSecretMembers } from '../../lib/schema/secrets.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { membersOf, parseJson } from '../../lib/unknown.js';
import type { Check } from '../../protocol/check.js';
import type { RuleName } from '../../protocol/rules/index.js';
import type { Exchange, ExchangeAnswer } from './exchange.js';
import { isShownAnswerHeader, isShownHeader } from './shown-headers.js';
import type { Transaction } from './transactions.js';

export const hidden = '(hidden)';

/** The secrets in addresses of headers, such as Location and Referer: those that responses carry. */
const address: Schema = object(
  {},
  {
    code: secret(string),
    access_token: secret(string),
    id_token: secret(string),
    refresh_token: secret(string),
    id_token_hint: secret(string),
    login_hint_token: secret(string),
    user_code: secret(string),
    code_verifier: secret(string),
    client_secret: secret(string),
    client_assertion: secret(string),
    request: secret(string),
  },
);

/** Headers whose values are left out, and wherever else those values occur. */
const secretHeader = /authorization|cookie|api-?key|token|secret|passw|credential/i;

type Values = Set<string>;

/** The texts in a secret, which may be an object, and the secrets among the claims of a JWT. */
function addTexts(value: unknown, values: Values): void {
  if (typeof value === 'string' || typeof value === 'number') values.add(String(value));
  if (typeof value === 'string') addClaims(value, values);
  else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) addTexts(member, values);
}

/** What a request object carries, such as a `login_hint_token` (RFC 9101 §4); adds nothing if the text is not a JWT. */
function addClaims(jwt: string, values: Values): void {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(jwt) ?? [];
  const text = payload === undefined ? '' : Buffer.from(payload, 'base64url').toString();
  if (!text.startsWith('{') || excessIn(text, largestJson)) return;
  try {
    for (const [name, claim] of Object.entries(membersOf(parseJson(text))))
      if (schemasOfMember([address], name)?.some(isSecret)) addTexts(claim, values);
  } catch {
    // Not JSON: nothing reads claims from it.
  }
}

/** The pairs of a query or a form, without the values of secrets and of names that are not known. */
function hideInPairs(text: string, schemas: readonly Schema[], values: Values, unknown: 'keep' | 'hide'): string {
  // More than any endpoint reads.
  if (countPairs(text) > mostPairs) return hidden;
  const pairs = text.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return { pair, name: at < 0 ? pair : pair.slice(0, at), value: at < 0 ? undefined : decodeFormText(pair.slice(at + 1)) };
  });
  // A plain challenge is the verifier itself, and plain is the default method (RFC 7636 §4.3).
  const isHashed = pairs.some(({ name, value }) => name === 'code_challenge_method' && value === 'S256');
  return pairs
    .map(({ pair, name, value }) => {
      const of = schemasOfMember(schemas, decodeFormText(name));
      const found = of?.some(isSecret) === true || (decodeFormText(name) === 'code_challenge' && !isHashed);
      if (found && value) addTexts(value, values);
      if (!found && (of || unknown === 'keep')) return pair;
      return value === undefined ? pair && hidden : `${name}=${hidden}`;
    })
    .join('&');
}

/** An address without the name and password before its host (RFC 3986 §3.2.1). */
const withoutUserinfo = (url: string): string => url.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/]*@/i, `$1//${hidden}@`);

function hideInAddress(url: string, schemas: readonly Schema[], values: Values, unknown: 'keep' | 'hide'): string {
  const [, path = url, query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const parts = [query, fragment].map((part) => part && part[0] + hideInPairs(part.slice(1), schemas, values, unknown));
  return withoutUserinfo(path) + parts.join('');
}

/** JSON as it was, or without its secrets; what cannot be read is left out whole. */
function hideInJson(text: string, schemas: readonly Schema[], values: Values, unknown: 'keep' | 'hide'): string {
  // More than any endpoint reads.
  if (excessIn(text, largestJson)) return hidden;
  let changed = false;
  const hide = (value: unknown, isKnown: boolean) => {
    changed = true;
    if (isKnown) addTexts(value, values);
    return hidden;
  };
  try {
    const shown = withoutSecretMembers(parseJson(text), schemas, { unknown, hide });
    return changed ? JSON.stringify(shown) : text;
  } catch {
    return hidden;
  }
}

const isJson = (contentType: string): boolean => /^application\/([\w.+-]+\+)?json/i.test(contentType);

function hideInBody({ body, headers, schemas }: Exchange, values: Values): string | undefined {
  const contentType = String(headers['content-type'] ?? '');
  const { body: of = [] } = schemas ?? {};
  // Of uploads the journal has but the size.
  if (!body || /^\(\d+ bytes of [\w/-]+\)$/.test(body)) return body;
  if (isJson(contentType)) return hideInJson(body, of, values, 'hide');
  return /^application\/x-www-form-urlencoded/i.test(contentType) ? hideInPairs(body, of, values, 'hide') : hidden;
}

function hideInAnswer(
  { body, headers }: ExchangeAnswer,
  of: readonly Schema[],
  values: Values,
  unknown: 'keep' | 'hide',
): string | undefined {
  const contentType = String(headers['content-type'] ?? '');
  if (!body) return body;
  if (isJson(contentType)) return hideInJson(body, of, values, unknown);
  // Pages repeat what was typed, and the one of form_post holds the code.
  return contentType.startsWith('text/html') ? hidden : body;
}

/** The secrets in a header that is left out: credentials by themselves, of cookies their values. */
function addHeader(name: string, value: string, values: Values): void {
  const [, scheme = '', rest = value] = /^(\w+) +(.*)$/.exec(value) ?? [];
  if (/cookie/i.test(name)) for (const [, text = ''] of value.matchAll(/=([^;,]*)/g)) values.add(text);
  else values.add(rest);
  if (/^basic$/i.test(scheme))
    values.add(
      decodeFormText(
        Buffer.from(rest, 'base64')
          .toString()
          .replace(/^[^:]*:/, ''),
      ),
    );
}

/** The headers of an answer: those that are known to hold no secret, of addresses not the values of the query. */
const hideInHeaders = <V>(headers: Readonly<Record<string, V>>, values: Values): Record<string, V | string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (isShownAnswerHeader(name)) return [name, typeof value === 'string' ? hideInAddress(value, [address], values, 'keep') : value];
      // A cookie's attributes are not secret, and stay as they are.
      for (const each of secretHeader.test(name) ? [value].flat() : [])
        addHeader(name, /^set-cookie$/i.test(name) ? (String(each).split(';', 1)[0] as string) : String(each), values);
      return [name, hidden];
    }),
  );

/** The headers of a request: those that are known to hold no secret, of addresses neither userinfo nor the values of the query. */
const hideInRequestHeaders = (headers: Exchange['headers'], values: Values): Exchange['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (secretHeader.test(name)) for (const each of [value ?? []].flat()) addHeader(name, each, values);
      if (!isShownHeader(name)) return [name, hidden];
      return [
        name,
        /^(referer|origin)$/i.test(name) && typeof value === 'string' ? hideInAddress(value, [address], values, 'hide') : value,
      ];
    }),
  );

/** Shorter ones are words and numbers that stand for something else as well. */
const shortest = 6;

/** A text of at least this length that equals a secret is one, whatever surrounds it. */
const unmistakable = 16;

/**
 * How many characters are searched in all texts together. It is far more than any request needs, and bounds what one with many
 * secrets costs: a text that would need more is left out whole.
 */
const mostSteps = 4_000_000;

const isPartOfWord = (text: string, at: number): boolean => /[\w-]/.test(text.charAt(at));

/** A text without some parts of it, which may overlap. */
function withoutParts(text: string, parts: readonly (readonly [from: number, to: number])[]): string {
  let shown = '';
  let end = 0;
  for (const [from, to] of parts.toSorted(([one], [other]) => one - other)) {
    if (from >= end) shown += text.slice(end, from) + hidden;
    end = Math.max(end, to);
  }
  return shown + text.slice(end);
}

/** Replaces values in texts. A short one is replaced only as a whole word. */
function replacing(values: ReadonlySet<string>): (text: string) => string {
  const forms = new Set(
    [...values]
      .filter(({ length }) => length >= shortest)
      .flatMap((value) => [value, encodeURIComponent(Buffer.from(value).toString()), JSON.stringify(value).slice(1, -1)]),
  );
  let left = mostSteps;
  return (text) => {
    const parts: [number, number][] = [];
    for (const form of forms) {
      if (form.length > text.length) continue;
      left -= text.length + form.length;
      if (left < 0) return hidden;
      for (const from of occurrencesOf(form, text)) {
        const to = from + form.length;
        if (form.length >= unmistakable || !(isPartOfWord(text, from - 1) || isPartOfWord(text, to))) parts.push([from, to]);
      }
    }
    return parts.length === 0 ? text : withoutParts(text, parts);
  };
}

/** The same for all texts of a value. */
function replaceIn<T>(value: T, replace: (text: string) => string): T {
  if (typeof value === 'string') return replace(value) as T;
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaceIn(member, replace)])) as T;
}

function hideMembers(exchange: Exchange, values: Values): Exchange {
  const { url, headers, answer, route, schemas } = exchange;
  // A route that only another replica knows: all of it may be secret.
  const unknown = route !== undefined && schemas === undefined ? 'hide' : 'keep';
  return {
    ...exchange,
    url: hideInAddress(url, schemas?.query ?? [], values, 'hide'),
    headers: hideInRequestHeaders(headers, values),
    body: hideInBody(exchange, values),
    answer: answer && {
      ...answer,
      headers: hideInHeaders(answer.headers, values),
      body: hideInAnswer(answer, schemas?.answer ?? [], values, unknown),
    },
  };
}

/** A copy of an exchange without credentials, codes and tokens. */
export function withoutSecrets(exchange: Exchange): Exchange {
  const values: Values = new Set();
  const { schemas, ...shown } = hideMembers(exchange, values);
  return replaceIn(shown, replacing(values));
}

/** Leaves out of what is shown of a transaction whatever its requests call secret. */
export function hidingSecretsOf({ steps, pkce }: Pick<Transaction, 'steps' | 'pkce'>): <T>(shown: T) => T {
  const values: Values = new Set();
  for (const exchange of new Set(steps.flatMap((step) => step.exchange ?? []))) hideMembers(exchange, values);
  for (const { data } of steps) if (typeof data?.code === 'string') values.add(data.code);
  if (pkce.verifier !== undefined) values.add(pkce.verifier);
  const replace = replacing(values);
  return (shown) => replaceIn(shown, replace);
}

/** A check without the verifier, or what was computed from it. */
export const hideInCheck = (check: Check<RuleName>): Check<RuleName> => ({
  ...check,
  ...(/^verifier_|^challenge_characters$/.test(check.rule) && check.got !== undefined && { got: hidden }),
  ...(check.rule === 'verifier_matches_challenge' && check.using !== 'S256' && { expected: hidden }),
});
