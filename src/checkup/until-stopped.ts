import { CheckupStopped } from './stopped.js';

/** Runs until the work is done, the caller stops it, or the mock has ended the lease. */
export async function untilStopped<T>(
  work: (stop: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
  lost: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => stop.abort(signal?.reason);
  const onLoss = () => stop.abort(new CheckupStopped('the mock did not hear of this checkup for too long, and ended it', 'run it again'));
  signal?.addEventListener('abort', onSignal, { once: true });
  lost.addEventListener('abort', onLoss, { once: true });
  if (signal?.aborted) onSignal();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
    if (stop.signal.aborted) reject(stop.signal.reason);
  });
  try {
    return await Promise.race([stopped, work(stop.signal)]);
  } finally {
    signal?.removeEventListener('abort', onSignal);
  }
}
