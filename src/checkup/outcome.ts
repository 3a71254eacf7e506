import type { Trail } from './browser.js';
import type { Result } from './types.js';

const titleOf = (text: string): string => /<title[^>]*>([^<]{0,200})/i.exec(text)?.[1]?.trim() ?? '';

/** Sessions that outgrow one cookie go on in others: appSession.0, appSession.1. Their number says nothing about success. */
const withoutNumber = (name: string): string => name.replace(/\.\d+$/, '');

/** What may distinguish the end of one sign-on from that of another. */
export function featuresOf(trail: Trail, names: readonly string[]): Set<string> {
  const last = trail.visits.at(-1);
  const text = last?.text ?? '';
  return new Set([
    `status ${last?.status ?? trail.failure}`,
    // An error page does not show that anyone arrived.
    ...(last && last.status < 400 ? [`path ${trail.end.pathname}`] : []),
    `title ${titleOf(text)}`,
    ...trail.visits.flatMap(({ cookies }) => cookies.filter(({ expired }) => !expired).map(({ name }) => `cookie ${withoutNumber(name)}`)),
    ...[...(trail.stored?.local.keys() ?? []), ...(trail.stored?.session.keys() ?? [])].map((name) => `storage ${name}`),
    ...names.filter((name) => text.includes(name)).map((name) => `text ${name}`),
  ]);
}

/** The application crashed if it did not answer, or answered 5xx. */
export function crashOf({ failure, end, visits }: Trail): Result | undefined {
  if (failure === 'no answer') return { verdict: 'crashed', remark: `${end.pathname} did not answer` };
  const broken = visits.find(({ status }) => status >= 500);
  return broken && { verdict: 'crashed', remark: `${broken.url.pathname} answered ${broken.status}` };
}
