/**
 * One stream of events for all tabs of a browser. Over HTTP/1.1 a browser opens six connections to a server, and a
 * stream for each tab would use them up: so one visible tab leads, holds the stream, and tells the others.
 */
import { root } from './dom.js';

/** Of the tabs of one mock: several may stand behind one origin. */
const name = `pingone-mock ${root.pathname}`;

/**
 * Listens to transactions. `load` reads all that is there and answers the number of the last event in it; it is asked first, and
 * again where something may have been missed, and fails where there is no server. `onForgotten` hears of the environment
 * whose transactions are gone; `onState` hears "live", "reconnecting" and "hidden". Answers what reads all once more.
 */
export async function listen({ load, onTransaction, onForgotten, onState }) {
  // Locks decide who leads. Without https there are none, and each visible tab has a stream of its own.
  const channel = navigator.locks && new BroadcastChannel(name);
  let last = 0;
  let stop;
  let paused = false;
  let lost = false;
  /** What other tabs told while this one was reading: it may be newer than what was read. */
  let early;

  let reading = Promise.resolve();
  const read = async () => {
    early = [];
    lost = true;
    try {
      last = await load();
      lost = false;
    } finally {
      const came = early;
      early = undefined;
      for (const event of came) if (event.state || event.number > last) take(event);
    }
  };
  /** Reads all, and then takes what came meanwhile. */
  const catchUp = () => {
    reading = reading.then(read).catch(() => {});
    return reading;
  };
  /** What the stream says, whoever holds it. */
  const take = (event) => {
    if (early) return early.push(event);
    const { state, number, transaction, forgotten } = event;
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
      .request(name, { signal: giveUp.signal }, () => {
        leads = true;
        return lead();
      })
      .catch(() => {});
    navigator.locks.query().then(({ held }) => {
      if (!leads && held.some((each) => each.name === name)) onState('live');
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
    paused = false;
    await catchUp();
    if (!stop && isSeen()) begin();
  };

  document.addEventListener('visibilitychange', () => (isSeen() ? resume() : end()));
  addEventListener('pagehide', end);
  addEventListener('pageshow', ({ persisted }) => persisted && resume());
  await read();
  if (!stop && isSeen()) begin();
  return catchUp;
}
