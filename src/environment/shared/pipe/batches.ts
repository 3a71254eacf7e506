import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/** One end of a pipe between two processes of this program. */
export interface Batches<Out> {
  /** All messages of one turn of the event loop go together. */
  send(message: Out): void;
  close(): void;
}

interface BatchesOptions<In> {
  readonly onMessage: (message: In) => void;
  /** The other end is gone. */
  readonly onEnd: () => void;
}

/** What precedes a batch: how many bytes it has. */
const lengthBytes = 4;

/** Cuts what arrives into batches, however it was cut on its way. */
function createReader(onBatch: (batch: Buffer) => void): (bytes: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  return (bytes) => {
    pieces.push(bytes);
    size += bytes.length;
    for (;;) {
      if (size < lengthBytes) return;
      if ((pieces[0] as Buffer).length < lengthBytes) pieces = [Buffer.concat(pieces)];
      const end = lengthBytes + (pieces[0] as Buffer).readUInt32LE(0);
      if (size < end) return;
      const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      const rest = whole.subarray(end);
      pieces = rest.length > 0 ? [rest] : [];
      size = rest.length;
      onBatch(whole.subarray(lengthBytes, end));
    }
  };
}

/** Messages between two processes, in V8's own serialization: any value without functions. */
export function createBatches<In, Out>(socket: Duplex, { onMessage, onEnd }: BatchesOptions<In>): Batches<Out> {
  let waiting: Out[] = [];
  const flush = () => {
    const batch = serialize(waiting);
    waiting = [];
    if (socket.destroyed) return;
    const length = Buffer.allocUnsafe(lengthBytes);
    length.writeUInt32LE(batch.length, 0);
    socket.cork();
    socket.write(length);
    socket.write(batch);
    socket.uncork();
  };
  socket.on(
    'data',
    createReader((batch) => {
      for (const message of deserialize(batch) as In[]) onMessage(message);
    }),
  );
  // What an error says is of no use: the stream ends either way.
  socket.on('error', () => {});
  socket.on('end', () => socket.destroy());
  socket.on('close', onEnd);
  return {
    send(message) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(message);
    },
    close: () => socket.destroy(),
  };
}
