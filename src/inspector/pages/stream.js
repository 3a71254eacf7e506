/**
 * One stream of events for all tabs of a browser. Over HTTP/1.1 a browser opens at most six connections to a server, and
 * a stream per tab would use them up: so one visible tab, the leader, holds the stream and forwards it to the others.
 */
import { root } from './dom.js';

/** Includes the path: several servers may share an origin. */
const name = `pingone-mock ${root.pathname}`;

/**
 * Listens to transactions. `load` reads all of them and resolves to the number of the last event in them; it is called
 * first, and again when events may have been missed. `onForgotten` gets the id of an environment whose transactions were
 * deleted; `onState` gets "live", "reconnecting" or "hidden". Resolves to a function that reloads.
 */
export async function listen({ load, onTransaction, onForgotten, onState }) {
  // A lock elects the leader. Without https there are no locks, and each visible tab has its own stream.
  const channel = navigator.locks && new BroadcastChannel(name);
  let last = 0;
  let stop;
  let paused = false;
  let lost = false;
  /** Events received during `load`: they may be newer than its result. */
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
  /** Loads, and then handles the events received meanwhile. */
  const catchUp = () => {
    reading = reading.then(read).catch(() => {});
    return reading;
  };
  /** Takes an event, from this tab's stream or from the leader's. */
  const take = (event) => {
    if (early) return early.push(event);
    const { state, number, transaction, forgotten } = event;
    if (state) {
      // Events may have been missed, or the server restarted.
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

  /** Holds the stream until `stop` is called. */
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
          // The browser reconnects by itself, except after a response that is not a stream.
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
