/**
 * Does work that has to end within a time.
 *
 * `AbortSignal.any([stop, AbortSignal.timeout(…)])` does not last: Node 20 collects its timer as garbage while the work waits.
 * @param milliseconds after which the signal aborts with a `TimeoutError`
 * @param work gets a signal that aborts then, or when `stop` does
 * @param stop ends the work earlier, with its own reason
 * @throws what the work throws; the reason of the signal if it has aborted
 */
export async function within<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>, stop?: AbortSignal): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new DOMException(`no answer within ${milliseconds / 1000} seconds`, 'TimeoutError')),
    milliseconds,
  );
  const end = () => limit.abort(stop?.reason);
  stop?.addEventListener('abort', end, { once: true });
  if (stop?.aborted) end();
  // Work that ignores its signal is abandoned when the signal aborts.
  const ended = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
    if (limit.signal.aborted) reject(limit.signal.reason);
  });
  try {
    return await Promise.race([work(limit.signal), ended]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', end);
  }
}
