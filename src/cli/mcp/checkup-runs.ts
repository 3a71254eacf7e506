import { membersOf } from '../../lib/unknown.js';
import { checkup } from '../../library/checkup.js';
import type { Transport } from '../../library/transport.js';
import type { CheckupFinding, CheckupOptions, CheckupReport } from '../../library/types.js';

/** A checkup that an agent asked for, and how far it is. */
export interface CheckupRun {
  readonly start: string;
  /** What it was asked for: the same arguments mean this run. */
  readonly asked: string;
  readonly findings: CheckupFinding[];
  /** How many cases there are; 0 until the ordinary sign-ons have succeeded. */
  all: number;
  /** What was taken as success, once the ordinary sign-ons have succeeded. */
  success?: CheckupReport['success'];
  report?: CheckupReport;
  /** Why it could not go on after its cases had begun: what it found until then remains. */
  problem?: Error;
  /** Whether it has ended, well or not. */
  over: boolean;
  /** Rejects if no case began. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** The checkups of an agent: one at a time, which may take longer than an agent waits for an answer. */
export interface CheckupRuns {
  readonly current: CheckupRun | undefined;
  begin(environmentId: string, options: CheckupOptions, asked: string): Promise<CheckupRun>;
  /** Forgets one that has ended, once it was read. */
  forget(run: CheckupRun): void;
  /** Ends the one that is running, which takes back what it changed. */
  close(): Promise<void>;
}

export function createCheckupRuns(transport: Transport, contentsOf: (id: string) => Promise<unknown>): CheckupRuns {
  let current: CheckupRun | undefined;
  return {
    get current() {
      return current;
    },
    async begin(environmentId, options, asked) {
      const { id, issuer } = membersOf(await contentsOf(environmentId));
      const stop = new AbortController();
      const begun = { start: options.start, asked, findings: [] as CheckupFinding[], all: 0, over: false, stop: () => stop.abort() };
      const work = checkup(
        transport,
        { id: String(id), issuer: String(issuer) },
        {
          ...options,
          signal: stop.signal,
          onBegin: ({ success }, all) => {
            Object.assign(run, { success, all });
          },
          onFinding: (finding) => begun.findings.push(finding),
        },
      )
        .then(
          (report) => {
            run.report = report;
          },
          (error: Error) => {
            if (run.all === 0) throw error;
            run.problem = error;
          },
        )
        .finally(() => {
          run.over = true;
        });
      // The next call gets the error, and there may be none.
      work.catch(() => {});
      const run: CheckupRun = Object.assign(begun, { ended: work });
      current = run;
      return run;
    },
    forget(run) {
      if (current === run) current = undefined;
    },
    async close() {
      current?.stop();
      await current?.ended.catch(() => {});
    },
  };
}
