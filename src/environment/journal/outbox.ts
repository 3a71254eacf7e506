/** A message that PingOne would have sent by e-mail or SMS. Nothing is sent: it waits here to be read. */
export interface Message {
  readonly id: string;
  readonly at: number;
  readonly channel: 'email' | 'sms';
  /** An address or a telephone number. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The code that the message carries, if it carries one. */
  readonly code?: string | undefined;
  readonly flowId?: string | undefined;
  readonly userId?: string | undefined;
}

/** The messages of one environment, newest last, bounded: the oldest is forgotten first. */
export interface Outbox {
  add(message: Omit<Message, 'id' | 'at'>): Message;
  list(): Message[];
  /** The last message of a flow. */
  lastOf(flowId: string): Message | undefined;
  /** Tells of every message; answers the function that ends it. */
  subscribe(listener: (message: Message) => void): () => void;
  clear(): void;
}

interface OutboxOptions {
  now: () => number;
  newId: () => string;
  /** How many are remembered. */
  capacity?: number;
}

export function createOutbox({ now, newId, capacity = 200 }: OutboxOptions): Outbox {
  let messages: Message[] = [];
  const listeners = new Set<(message: Message) => void>();
  return {
    add(given) {
      const message: Message = { id: newId(), at: now(), ...given };
      messages = [...messages.slice(1 - capacity), message];
      for (const listener of listeners) listener(message);
      return message;
    },
    list: () => [...messages],
    lastOf: (flowId) => messages.findLast((message) => message.flowId === flowId),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      messages = [];
    },
  };
}
