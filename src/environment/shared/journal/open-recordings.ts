import { createRandom } from '../../../lib/random.js';
import { serverWide } from '../../store/factory.js';
import type { Sharing } from '../sharing.js';
import type { SharedEvents } from './shared-events.js';
import { createSharedRecordings, type SharedRecordings } from './shared-recordings.js';

type OfEnvironment = Pick<
  Parameters<typeof createSharedRecordings>[0],
  'environmentId' | 'now' | 'newId' | 'budget' | 'schemasOf' | 'onFailure' | 'onActivity' | 'onActivitiesCleared'
>;

/** Where recordings are passed on. */
interface Shared {
  readonly sharing: Pick<Sharing, 'logOf'>;
  readonly events: SharedEvents;
}

/** What the replicas record in an environment, as part of the events of all. */
export function openSharedRecordings({ sharing, events }: Shared, options: OfEnvironment, logId = options.environmentId): SharedRecordings {
  const { environmentId } = options;
  const log = sharing.logOf(logId);
  const recordings = createSharedRecordings({ ...options, log, onRead: () => events.read(environmentId) });
  events.join(environmentId, { log, transactions: recordings.transactions });
  return recordings;
}

/** The same for requests that belong to no environment. */
export const openSharedStray = ({ now, budget, schemasOf, ...shared }: Shared & Pick<OfEnvironment, 'now' | 'budget' | 'schemasOf'>) =>
  openSharedRecordings(
    shared,
    { environmentId: '', now, newId: createRandom().uuid, budget, schemasOf, onFailure() {}, onActivity() {}, onActivitiesCleared() {} },
    serverWide,
  );
