import { claimsOf } from './jwt-claims.js';
import type { JournalEntry } from './types.js';

/**
 * The parameters of an authorization request, wherever the application put them: into its address, into a request that it
 * pushed (RFC 9126), or into a request object (RFC 9101).
 */
export function requestParameters({ searchParams }: URL, pushed: readonly JournalEntry[]): URLSearchParams {
  const reference = searchParams.get('request_uri');
  const push = reference === null ? undefined : pushed.findLast(({ answer }) => answer?.body.includes(reference));
  const all = new URLSearchParams([...searchParams, ...Object.entries(push?.form ?? {})]);
  const claims = claimsOf(all.get('request'));
  for (const [name, value] of Object.entries(claims ?? {})) all.set(name, String(value));
  return all;
}
