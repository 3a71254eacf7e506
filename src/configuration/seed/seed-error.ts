import { nearest } from '../../lib/nearest.js';
import { PingOneError } from '../../pingone/pingone-error.js';
import type { Pointer, SeedEnvironment } from './types.js';

/** The two names that a seed may give to the list of its applications. */
export type ApplicationsWord = 'applications' | 'apps';

/** A seed and its source. */
export interface Seed {
  readonly source: string;
  readonly environments: readonly SeedEnvironment[];
  /** The name that each environment gives to its applications: messages use it too. */
  readonly words: readonly ApplicationsWord[];
}

/** A seed that cannot be used. The message names the file, the place, and what was expected there. */
export class SeedError extends Error {
  override readonly name = 'SeedError';

  /** All problems, where there are several; the message is about the first. */
  constructor(
    message: string,
    readonly problems: readonly string[] = [message],
  ) {
    super(message);
  }
}

/** A place in a seed, for messages. */
export interface Place {
  readonly source: string;
  readonly path: string;
}

export const within = ({ source, path }: Place, more: string): Place => ({
  source,
  path: `${path}${more.startsWith('[') || path === '' ? '' : '.'}${more}`,
});

export const refusal = ({ source, path }: Place, message: string): SeedError =>
  new SeedError(`${source}: ${path === '' ? '' : `${path}: `}${message}`);

/** "; did you mean "x"?", if there is a similar name. */
export const suggestion = (name: string, known: Iterable<string>): string => {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
};

/** Does part of the work; a refusal in PingOne's words becomes an error of the seed. */
export async function refusedAt<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Too much at once is not the seed's fault.
    if (!(error instanceof PingOneError) || error.status === 429) throw error;
    const [detail] = error.details;
    throw refusal(detail?.target ? within(place, detail.target) : place, detail?.message ?? error.text);
  }
}

/** The id or name of a reference. */
export const pointedAt = (pointer: Pointer): string => (typeof pointer === 'string' ? pointer : (pointer.id ?? pointer.name ?? ''));

/** The item that a reference names, by id or by name. */
export function follow<T extends { id: string; name: string }>(pointer: Pointer, items: readonly T[], what: string, place: Place): T {
  const wanted = pointedAt(pointer).toLowerCase();
  const found = items.find(({ id }) => id.toLowerCase() === wanted) ?? items.find(({ name }) => name.toLowerCase() === wanted);
  if (found) return found;
  throw refusal(
    place,
    `there is no ${what} "${pointedAt(pointer)}"${suggestion(
      pointedAt(pointer),
      items.map(({ name }) => name),
    )}`,
  );
}
