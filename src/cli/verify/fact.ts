import type { Evidence } from '../../protocol/rules/index.js';
import type { Connection } from './connection.js';

/** One fact that the mock knows about PingOne, and the request that checks it in a tenant. */
export interface Fact<Stage> {
  /** Unique, such as `token.wrong-secret`. */
  readonly name: string;
  /** The row in tools/fidelity/ that says so: its section, and how its fact begins. */
  readonly row: { readonly section: string; readonly begins: string };
  /** How well the row is known. */
  readonly evidence: Evidence;
  /** What is asked, in a few words. */
  readonly fact: string;
  /** The answer of a tenant that behaves like the mock, in one line. */
  expected(connection: Connection): string;
  /** Asks, and returns the answer in one line. Throws a `NotAsked` if the tenant does not allow it. */
  observe(connection: Connection, stage: Stage): Promise<string>;
}

/** A fact that needs nothing but the environment, and changes nothing. */
export type ReadFact = Fact<undefined>;
