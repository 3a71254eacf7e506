import type { Exchange } from '../environment/journal/exchange.js';
import { pairsOf } from '../lib/form-pairs.js';
import type { Check } from '../protocol/check.js';
import { type Diagnosis, diagnoseForm } from '../protocol/mistakes/index.js';
import type { RuleName } from '../protocol/rules/index.js';

/** The endpoints that take a form and nothing else. */
const takesForm = /\/as\/(token|introspect|revoke|par|device_authorization|cibaAuthorization)\/?$/;

// A request may have many thousands: only this many are examined.
const mostLookedAt = 20_000;

const namesOf = (text: string): string[] => [...new Set([...pairsOf(text.slice(0, mostLookedAt))].map(([name]) => name))];

/** Whether a request failed because its form was sent in the wrong place or under the wrong type, whatever its check says. */
export function diagnoseMisplaced({ method, url, headers, body = '' }: Exchange, check: Check<RuleName>): Diagnosis | undefined {
  const [path = '', ...query] = url.split('?');
  if (method !== 'POST' || !takesForm.test(path)) return undefined;
  return diagnoseForm(
    {
      contentType: typeof headers['content-type'] === 'string' ? headers['content-type'] : undefined,
      body: body.slice(0, mostLookedAt),
      inQuery: namesOf(query.join('?')),
      inBody: namesOf(body),
    },
    check,
  );
}
