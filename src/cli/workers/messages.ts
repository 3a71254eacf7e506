import type { ServerFacts } from '../../server/start.js';

/** Where a worker has the pipe to the primary process's store: after the standard streams and Node.js's own channel. */
export const pipeDescriptor = 4;

/** Why a worker could not start, as the command says it. */
export interface Failed {
  readonly message: string;
  readonly exitCode: number;
}

/** What a worker says. */
export type FromWorker =
  | { readonly kind: 'hello' }
  | { readonly kind: 'warning'; readonly text: string }
  /** The digest of the seed in force, from the worker that watches it. */
  | { readonly kind: 'seed'; readonly digest: string }
  | ({ readonly kind: 'failed' } & Failed)
  | { readonly kind: 'ready'; readonly facts: ServerFacts };

/** What the primary process says. */
export type FromPrimary =
  /**
   * Start. PEM of the certificate authority and its key, which all workers share; whether to watch the seed, as one of them does,
   * and the digest of the one that is in force.
   */
  | { readonly kind: 'begin'; readonly authority?: string | undefined; readonly watchesSeed: boolean; readonly seed?: string | undefined }
  /** All workers are there. */
  | { readonly kind: 'serve' }
  | { readonly kind: 'stop' };
