import type { Test } from 'tap';

/** Holds the timers of this process, or only those of one length, until the test lets their time pass: to the end of the test. */
export function holdTimers(t: Test, only?: number): (milliseconds: number) => void {
  const { setTimeout, clearTimeout } = globalThis;
  t.teardown(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  const held = new Map<object, { readonly at: number; readonly run: () => void }>();
  let now = 0;
  Object.assign(globalThis, {
    setTimeout(run: () => void, milliseconds = 0, ...rest: []) {
      if (only !== undefined && milliseconds !== only) return setTimeout(run, milliseconds, ...rest);
      const timer = { unref: () => timer, ref: () => timer };
      held.set(timer, { at: now + milliseconds, run });
      return timer;
    },
    clearTimeout: (timer: object) => held.delete(timer) || clearTimeout(timer as NodeJS.Timeout),
  });
  return (milliseconds) => {
    now += milliseconds;
    for (const [timer, { at, run }] of held)
      if (at <= now) {
        held.delete(timer);
        run();
      }
  };
}
