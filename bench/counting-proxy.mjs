// Stands between a replica and Redis, and counts what goes over each connection.
import { connect, createServer } from 'node:net';

/** Counts of all connections: bytes each way, and how often Redis was asked and an answer waited for. */
export async function startCountingProxy(port) {
  const counts = { sent: 0, received: 0, roundTrips: 0 };
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    let isAsking = false;
    client.on('data', (chunk) => {
      counts.sent += chunk.length;
      isAsking = true;
      redis.write(chunk);
    });
    redis.on('data', (chunk) => {
      counts.received += chunk.length;
      if (isAsking) counts.roundTrips += 1;
      isAsking = false;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ])
      one.on('close', () => other.destroy()).on('error', () => other.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `redis://127.0.0.1:${server.address().port}`, counts, stop: () => server.close() };
}
