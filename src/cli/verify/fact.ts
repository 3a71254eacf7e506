import type { Evidence } from '../../protocol/rules/index.js';
import type { Connection } from './connection.js';

/** One thing that the mock knows of PingOne, and the request that asks a tenant for it. */
export interface Fact<Stage> {
  /** Unique, such as `token.wrong-secret`. */
  readonly name: string;
  /** The row in tools/fidelity/ that says so: its section, and how its fact begins. */
  readonly row: { readonly section: string; readonly begins: string };
  /** How well the row is known. */
  readonly evidence: Evidence;
  /** What is asked, in a few words. */
  readonly fact: string;
  /** The answer by which the tenant is like the mock, in one line. */
  expected(connection: Connection): string;
  /** Asks, and says the answer in one line. Throws a `NotAsked` where the tenant does not let it. */
  observe(connection: Connection, stage: Stage): Promise<string>;
}

/** A fact that needs nothing but the environment, and changes nothing. */
export type ReadFact = Fact<undefined>;
