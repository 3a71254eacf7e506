import type { Run } from '../checkup/runs.js';
import { ControlError } from './control-error.js';

/** Starts a checkup that uses a Chromium, unless another one of this server does: each takes hundreds of megabytes. */
export type InBrowser = (start: () => Promise<Run>) => Promise<Run>;

export function createInBrowser(): InBrowser {
  let isTaken = false;
  const free = () => {
    isTaken = false;
  };
  return async (start) => {
    if (isTaken)
      throw new ControlError(
        409,
        'checkup_stopped',
        'a checkup of another environment uses a browser, and this server runs one of them at a time',
        'wait until it has ended, or stop it',
      );
    isTaken = true;
    const run = await start().catch((error: unknown) => {
      free();
      throw error;
    });
    const unsubscribe = run.subscribe(() => {
      if (run.state === 'running') return;
      unsubscribe();
      free();
    });
    return run;
  };
}
