// Replicas that share a Redis, each a process of its own.
import { createClient } from './client.mjs';
import { startMock } from './server.mjs';

let last = 0;
const running = new Set();

/** So many replicas with a prefix of their own; without an address, a process that keeps its state in memory. */
export async function startFleet(address, count = 1, { autoLogin } = {}) {
  last += 1;
  const prefix = `bench${last}`;
  const env = address === undefined ? {} : { PINGONE_MOCK_STORE: address, PINGONE_MOCK_STORE_PREFIX: prefix };
  const replicas = [];
  const fleet = {
    prefix,
    replicas,
    clients: [],
    /** CPU milliseconds of all of them so far. */
    cpu: () => replicas.reduce((sum, replica) => sum + replica.cpu(), 0),
    async stop() {
      running.delete(fleet);
      await Promise.all(replicas.map((replica) => replica.stop()));
    },
  };
  running.add(fleet);
  try {
    for (let number = 0; number < count; number += 1) replicas.push(await startMock({ env, autoLogin }));
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  fleet.clients = replicas.map(({ url }) => createClient(url, 16));
  return fleet;
}

/** Stops what still runs, after an error. */
export const stopFleets = () => Promise.all([...running].map((fleet) => fleet.stop()));

/** Sends each request to the next of a fleet's replicas. */
export function inTurn({ clients }) {
  let next = 0;
  return (request) => clients[next++ % clients.length](request);
}
