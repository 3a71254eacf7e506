import type { LineStream } from '../server/log.js';

/** What a command is given. */
export interface Invocation {
  /** What stands behind the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: LineStream;
  readonly errors: LineStream;
  /** Aborted by SIGTERM, SIGINT or SIGHUP, whose name is its reason. */
  readonly stop: AbortSignal;
}

/** Does the work and answers the exit code: 0, 1 for a failure, 2 for wrong usage. */
export type Run = (invocation: Invocation) => Promise<number>;

/** One row of the list of commands. The code is loaded only when the command is given. */
export interface Command {
  readonly name: string;
  /** What may follow the name, as help shows it. */
  readonly usage: string;
  readonly meaning: string;
  /** What `pingone-mock help NAME` says more; without it, the list of commands is shown. */
  readonly details?: readonly string[];
  load(): Promise<Run>;
}
