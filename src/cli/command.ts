import type { LineStream } from '../server/log.js';

/** A call of a command. */
export interface Invocation {
  /** The arguments after the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: LineStream;
  readonly errors: LineStream;
  /** Aborted by SIGTERM, SIGINT or SIGHUP; the reason is the signal's name. */
  readonly stop: AbortSignal;
}

/** Returns the exit code: 0 for success, 1 for failure, 2 for wrong usage. */
export type Run = (invocation: Invocation) => Promise<number>;

/** One row of the list of commands. Its code is loaded only when the command is run. */
export interface Command {
  readonly name: string;
  /** What may follow the name, as help shows it. */
  readonly usage: string;
  readonly meaning: string;
  /** More lines for `pingone-mock help NAME`. */
  readonly details?: readonly string[];
  load(): Promise<Run>;
}
