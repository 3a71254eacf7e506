import { isIP } from 'node:net';
import type { RedisOptions } from 'iovalkey';
import type { RedisAddress, RedisPlace } from '../../../lib/redis-address.js';

/** The pause before the next attempt to connect, in milliseconds. */
const pauseBefore = (attempt: number): number => Math.min(50 * attempt, 500);

/** Names are sent to the server, so that it can choose a certificate; TLS knows no such thing for IP addresses. */
const tlsFor = (host: string) => (isIP(host) ? {} : { servername: host });

interface Connecting {
  /** How long an attempt to connect may take, in milliseconds. */
  readonly patience: number;
  isStarting(): boolean;
}

function placeOptions(place: RedisPlace, isTls: boolean, { isStarting, patience }: Connecting): RedisOptions {
  switch (place.kind) {
    case 'server':
      return { ...place.endpoint, ...(isTls && { tls: tlsFor(place.endpoint.host) }) };
    case 'socket':
      return { path: place.path };
    case 'sentinel':
      return {
        sentinels: [...place.sentinels],
        name: place.master,
        ...(place.username && { sentinelUsername: place.username }),
        ...(place.password && { sentinelPassword: place.password }),
        ...(isTls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
        sentinelCommandTimeout: patience,
        // They say when another server takes over; the old one may keep the connection open.
        failoverDetector: true,
        sentinelReconnectStrategy: pauseBefore,
        // Without a number, the client gives up for good.
        sentinelRetryStrategy: (attempt) => (isStarting() ? null : pauseBefore(attempt)),
      };
  }
}

/** How the client connects to an address. At the start the first failure is reported; afterwards it tries again for ever. */
export const clientOptions = (address: RedisAddress, connecting: Connecting): RedisOptions => ({
  ...placeOptions(address.place, address.isTls, connecting),
  ...(address.username && { username: address.username }),
  ...(address.password && { password: address.password }),
  db: address.database,
  connectTimeout: connecting.patience,
  // A command that was sent may have been carried out: it is never sent again.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  lazyConnect: true,
  retryStrategy: pauseBefore,
});
