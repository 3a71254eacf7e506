/**
 * One stream of events for all tabs of a browser. Over HTTP/1.1 a browser opens six connections to a server, and a
 * stream for each tab would use them up: so one visible tab leads, holds the stream, and tells the others.
 */
import { root } from './dom.js';

const lock = 'pingone-mock stream';

/**
 * Listens to transactions. `after` is the number of the last event that is known; `onForgotten` hears of the environment
 * whose transactions are gone; `onState` hears "live", "reconnecting" and "hidden"; `onResume` is called where something
 * may have been missed, and fails where there is no server.
 */
export function listen({ after, onTransaction, onForgotten, onState, onResume }) {
  // Locks decide who leads. Without https there are none, and each visible tab has a stream of its own.
  const channel = navigator.locks && new BroadcastChannel('pingone-mock');
  let last = after;
  let stop;
  let paused = false;
  let lost = false;

  const catchUp = async () => {
    try {
      last = (await onResume()) ?? last;
      lost = false;
    } catch {
      lost = true;
    }
  };
  /** What the stream says, whoever holds it. */
  const take = ({ state, number, transaction, forgotten }) => {
    if (state) {
      // What came meanwhile may be of another server, or be more than it remembers.
      if (state === 'live' && lost) void catchUp();
      else if (state === 'reconnecting') lost = true;
      return onState(state);
    }
    last = number;
    if (transaction) onTransaction(transaction);
    else onForgotten(forgotten.envId);
  };
  channel?.addEventListener('message', ({ data }) => paused || take(data));
  const tell = (event) => {
    take(event);
    channel?.postMessage(event);
  };

  /** Holds the stream until it is told to end. */
  const lead = () =>
    new Promise((resolve) => {
      let stream;
      let again;
      const open = () => {
        stream = new EventSource(new URL(`v1/events?lastEventId=${last}`, root));
        stream.onopen = () => tell({ state: 'live' });
        for (const kind of ['transaction', 'forgotten'])
          stream.addEventListener(kind, ({ lastEventId, data }) => tell({ number: Number(lastEventId), [kind]: JSON.parse(data) }));
        stream.onerror = () => {
          tell({ state: 'reconnecting' });
          // A browser tries again by itself, but not after an answer that is no stream.
          if (stream.readyState !== EventSource.CLOSED) return;
          clearTimeout(again);
          again = setTimeout(open, 1000);
        };
      };
      open();
      stop = () => {
        clearTimeout(again);
        stream.close();
        resolve();
      };
    });

  const begin = () => {
    paused = false;
    if (!channel) return void lead();
    let leads = false;
    const giveUp = new AbortController();
    stop = () => giveUp.abort();
    navigator.locks
      .request(lock, { signal: giveUp.signal }, () => {
        leads = true;
        return lead();
      })
      .catch(() => {});
    navigator.locks.query().then(({ held }) => {
      if (!leads && held.some(({ name }) => name === lock)) onState('live');
    });
  };
  const end = () => {
    paused = true;
    stop?.();
    stop = undefined;
    onState('hidden');
  };

  const isSeen = () => document.visibilityState === 'visible';
  const resume = async () => {
    await catchUp();
    if (!stop && isSeen()) begin();
  };

  document.addEventListener('visibilitychange', () => (isSeen() ? resume() : end()));
  addEventListener('pagehide', end);
  addEventListener('pageshow', ({ persisted }) => persisted && resume());
  if (isSeen()) begin();
}
