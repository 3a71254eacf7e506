import { runCheckup } from './run.js';
import { CheckupStopped } from './stopped.js';
import type { CheckedEnvironment, CheckupOptions, Finding, Report } from './types.js';

/** `stopped`: somebody ended it; `failed`: it could not go on, and `problem` says why. Both keep what was found. */
export type RunState = 'running' | 'finished' | 'stopped' | 'failed';

/** A checkup that runs, or ran, in this process. */
export interface Run {
  readonly id: string;
  readonly state: RunState;
  /** How many cases there are. */
  readonly all: number;
  /** Why it could not go on. */
  readonly problem: Error | undefined;
  /** The report so far. */
  readonly report: Report;
  /** Calls back after each finding, and when the state has changed; returns the function that ends this. */
  subscribe(listener: () => void): () => void;
  /** Ends it; resolves once everything that it changed is as before. */
  stop(): Promise<void>;
}

export interface Runs {
  list(): Run[];
  find(id: string): Run | undefined;
  /** Resolves once the ordinary sign-ons have succeeded and the cases begin; rejects where they do not. */
  start(environment: CheckedEnvironment, options: CheckupOptions): Promise<Run>;
  remove(id: string): void;
}

/** The checkups of one environment: one at a time. At most `mostKept` reports are kept, the newest ones. */
export function createRuns({ newId, mostKept }: { newId: () => string; mostKept: number }): Runs {
  const kept = new Map<string, Run>();
  /** The start address of the one that runs. */
  let current: string | undefined;

  const keep = (run: Run) => {
    kept.set(run.id, run);
    for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(id);
  };
  const end = () => {
    current = undefined;
  };

  return {
    list: () => [...kept.values()],
    find: (id) => kept.get(id),
    remove: (id) => void kept.delete(id),
    async start(environment, options) {
      if (current !== undefined)
        throw new CheckupStopped(`a checkup of ${current} runs in this environment`, 'wait until it has ended, or stop it');
      current = options.start;
      const run = await begin(newId(), environment, options, end);
      keep(run);
      return run;
    },
  };
}

/** Runs a checkup; resolves when its cases begin. `onEnd` is called once it is over, whether it began or not. */
function begin(id: string, environment: CheckedEnvironment, options: CheckupOptions, onEnd: () => void): Promise<Run> {
  const listeners = new Set<() => void>();
  const findings: Finding[] = [];
  const stopping = new AbortController();
  let state: RunState = 'running';
  let problem: Error | undefined;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return new Promise((resolve, reject) => {
    let began = false;
    const ended = runCheckup(environment, {
      ...options,
      signal: AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]),
      onBegin(head, all) {
        began = true;
        resolve({
          id,
          get state() {
            return state;
          },
          get problem() {
            return problem;
          },
          all,
          get report() {
            return { ...head, findings: [...findings] };
          },
          subscribe(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
          async stop() {
            stopping.abort();
            await ended;
          },
        });
      },
      onFinding(finding) {
        findings.push(finding);
        changed();
      },
    })
      .then(
        () => 'finished' as const,
        (error: Error) => {
          if (!began) reject(error);
          const isStopped = stopping.signal.aborted || options.signal?.aborted === true;
          if (!isStopped) problem = error;
          return isStopped ? ('stopped' as const) : ('failed' as const);
        },
      )
      .then((end) => {
        state = end;
        onEnd();
        changed();
      });
  });
}
