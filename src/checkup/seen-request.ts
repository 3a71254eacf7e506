import type { JournalEntry, SeenRequest } from './types.js';

/** A request of the journal for the report: names alone, no values. `base`: the path of the environment. */
export function toSeen({ method, url, query, form, answer, faults }: JournalEntry, base: string): SeenRequest {
  const path = url.split('?', 1)[0] ?? '';
  return {
    method,
    path: path.startsWith(base) ? path.slice(base.length) : path,
    parameters: [...new Set([...Object.keys(query), ...Object.keys(form)])],
    status: answer?.status,
    ...(faults.length > 0 && { changed: faults.join(', ') }),
  };
}
