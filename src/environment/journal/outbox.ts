/** How PingOne would have sent a message. */
export const channels = ['email', 'sms', 'voice', 'whatsapp', 'push'] as const;

/** A message that PingOne would have sent by e-mail, SMS, call, WhatsApp or push. The mock only keeps it for tests to read. */
export interface Message {
  readonly id: string;
  readonly at: number;
  readonly channel: (typeof channels)[number];
  /** An e-mail address, a phone number, or the name of a device. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The code in the message, if there is one. */
  readonly code?: string | undefined;
  readonly flowId?: string | undefined;
  readonly userId?: string | undefined;
}

/** The messages of one environment, newest last. Bounded: the oldest are dropped. */
export interface Outbox {
  add(message: Omit<Message, 'id' | 'at'>): Message | Promise<Message>;
  list(): Message[];
  /** The last message of a flow. */
  lastOf(flowId: string): Message | undefined;
  /** Calls the listener for every message; returns the function that unsubscribes it. */
  subscribe(listener: (message: Message) => void): () => void;
  clear(): void | Promise<void>;
}

interface OutboxOptions {
  now: () => number;
  newId: () => string;
  /** The most messages to keep. */
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
