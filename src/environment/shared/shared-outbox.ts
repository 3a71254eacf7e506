import type { Message, Outbox } from '../journal/outbox.js';
import type { CachedCollection } from './cached-collection.js';

interface SharedOutboxOptions {
  readonly stored: CachedCollection<Message>;
  readonly now: () => number;
  readonly newId: () => string;
  /** The most messages to keep. */
  readonly capacity?: number;
}

/** The messages of an environment, wherever they were sent: each replica holds them all. */
export function createSharedOutbox({ stored, now, newId, capacity = 200 }: SharedOutboxOptions): Outbox {
  const listeners = new Set<(message: Message) => void>();
  stored.onChange((_id, message) => {
    if (message) for (const listener of listeners) listener(message);
  });
  return {
    async add(given) {
      const message: Message = { id: newId(), at: now(), ...given };
      await stored.put(message);
      await Promise.all(
        stored
          .peekAll()
          .slice(0, -capacity)
          .map(({ id }) => stored.take(id)),
      );
      return message;
    },
    list: () => stored.peekAll(),
    lastOf: (flowId) => stored.peekAll().findLast((message) => message.flowId === flowId),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async clear() {
      await Promise.all(stored.peekAll().map(({ id }) => stored.take(id)));
    },
  };
}
