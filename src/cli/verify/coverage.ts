import { fidelityRowsJson } from '../../embedded.js';
import { parseOwn } from '../../lib/unknown.js';
import type { Evidence } from '../../protocol/rules/index.js';

/** A row of docs/fidelity.md. */
interface Row {
  readonly section: string;
  readonly fact: string;
}

const known = parseOwn<{ readonly count: Readonly<Record<Evidence, number>>; readonly inferred: readonly Row[] }>(fidelityRowsJson);

/** Which rows of docs/fidelity.md a run, or the whole command, asks about. */
export interface Coverage {
  readonly rows: Readonly<Record<Evidence, { readonly asked: number; readonly of: number }>>;
  /** The inferred rows that nothing asks about: what a tenant could still show. */
  readonly inferredNotAsked: readonly Row[];
}

/** A fact or its finding, with the row that it is about. */
interface Asked {
  readonly row: { readonly section: string; readonly begins: string };
  readonly evidence: Evidence;
}

/** Several facts may be about one row: it counts once. */
export function coverageOf(asked: readonly Asked[]): Coverage {
  const rowsOf = (of: Evidence) => {
    const about = asked.filter(({ evidence }) => evidence === of).map(({ row }) => `${row.section} ${row.begins}`);
    return { asked: new Set(about).size, of: known.count[of] };
  };
  return {
    rows: { inferred: rowsOf('inferred'), recorded: rowsOf('recorded'), documented: rowsOf('documented') },
    inferredNotAsked: known.inferred.filter(
      ({ section, fact }) => !asked.some(({ row }) => row.section === section && fact.startsWith(row.begins)),
    ),
  };
}

/** In words: how many rows of each evidence, the inferred ones first. */
export function showCoverage({ rows: { inferred, recorded, documented } }: Coverage): string {
  const others = `${recorded.asked} of ${recorded.of} recorded ones and ${documented.asked} of ${documented.of} documented ones`;
  return `${inferred.asked} of ${inferred.of} inferred rows of docs/fidelity.md, ${others}`;
}
