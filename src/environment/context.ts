import type { JsonSchemaToTsProvider } from '@fastify/type-provider-json-schema-to-ts';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import { textMember } from '../lib/unknown.js';
import { notFound } from '../pingone/pingone-error.js';
import type { Settings } from '../settings/read.js';
import type { ClaimsRules } from './faults/claims-rules.js';
import type { Hooks } from './faults/hooks.js';
import type { Leases } from './faults/leases.js';
import type { Faults } from './faults/registry.js';
import type { Activities } from './journal/activities.js';
import type { ActivityFeed } from './journal/activity-feed.js';
import type { Exchange } from './journal/exchange.js';
import type { WarnOnHostMismatch } from './journal/host-mismatch.js';
import type { Outbox } from './journal/outbox.js';
import type { RequestJournal } from './journal/request-journal.js';
import type { RouteSchemas } from './journal/route-schemas.js';
import type { TransactionEvents } from './journal/transaction-events.js';
import type { Transactions } from './journal/transactions.js';
import type { EnvironmentKeys } from './keys/environment-keys.js';
import type { KeyMaker } from './keys/key-maker.js';
import type { KeyPool } from './keys/pool.js';
import type { Baselines } from './model/baseline.js';
import type { EnvironmentRecord } from './model/configuration.js';
import type { PublicUrls } from './public-urls.js';
import type { Store } from './store/types.js';

/** One PingOne environment with everything in it. Environments share nothing. */
export interface Environment {
  readonly id: string;
  /** The environment as the management API shows it. */
  record: EnvironmentRecord;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: EnvironmentKeys;
  /** The server's maker of configured keys. */
  readonly keyMaker: KeyMaker;
  readonly store: Store;
  readonly transactions: Transactions;
  /** Injected faults. */
  readonly faults: Faults;
  /** Functions of tests that change tokens and responses. */
  readonly hooks: Hooks;
  readonly claimsRules: ClaimsRules;
  /** Who may change how this environment behaves. */
  readonly leases: Leases;
  /** The newest requests to this environment. */
  readonly requests: RequestJournal;
  /** Messages that PingOne would have sent by e-mail or SMS. */
  readonly outbox: Outbox;
  /** Audit events. */
  readonly activities: Activities;
  readonly log: FastifyBaseLogger;
  /** Whether the server answers under a host name: only then may it be the audience of what a client signs. */
  servesHost(name: string): boolean;
  /** Where replicas share the environment: runs work on what is read, while none of them runs work of the same name. */
  readonly inTurn?: (<R, T>(name: string, read: () => Promise<R>, work: (found: R) => Promise<T>) => Promise<T>) | undefined;
  /** Aborted when the environment is removed, to end pending waits. */
  readonly removed: AbortSignal;
  /** The server's other environments. For diagnosis only: a code unknown here may be theirs. */
  others(): Environment[];
}

/** The environments of this server. */
export interface Environments {
  get(id: string): Environment | undefined;
  list(): Environment[];
  /** The records of all, also of those that another replica has added and that are not open here yet. */
  records(): EnvironmentRecord[];
  /**
   * Adds an environment once `fill` has put its contents; if that fails, nothing of it stays. Throws EnvironmentClash where
   * the id is taken, or where the environment is removed before it is complete.
   */
  add(record: EnvironmentRecord, fill?: (environment: Environment) => Promise<void>): Promise<Environment>;
  /** Replaces the record of an environment that has not been removed meanwhile. */
  replace(record: EnvironmentRecord): Promise<void>;
  /** Removes an environment with all its contents, and the roles on it. False where there is none. */
  remove(id: string): Promise<boolean>;
  /** What a reset of each restores. */
  readonly baselines: Baselines;
  /** Runs work while no other replica does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Marks environments, by default all of them, as those that the server started with. */
  markSeeded(ids?: readonly string[]): Promise<void>;
  isSeeded(id: string): boolean;
  /** Whether the seed is to be applied: the server is empty. What a start left that was killed is removed. */
  beginSeed(): Promise<boolean>;
  /** Restores seeded environments that were removed. They are empty: a reset fills them. */
  restoreSeeded(): Promise<void>;
}

/** What replicas have recorded. A single server has it all at once. */
export interface Recordings {
  /** Settles once what any replica has recorded is here: in one environment (empty: what belongs to none), or in all. Rejects with StoreUnavailable. */
  caughtUp(environmentId?: string): Promise<void>;
  /** An answer is about to be sent: what has led to it is passed on, in one environment (empty: in none), or in all. */
  answered(environmentId?: string): void;
  /** Whether other replicas record as well. */
  readonly areShared: boolean;
}

/** What every endpoint can use. */
export interface Context extends PublicUrls {
  readonly settings: Settings;
  readonly log: FastifyBaseLogger;
  /** The server's clock; each environment's own follows it. */
  readonly clock: Clock;
  readonly random: Random;
  readonly environments: Environments;
  /** Requests that belong to no environment. */
  readonly requests: RequestJournal;
  /** Transactions of requests to unknown environments. */
  readonly unmatched: Transactions;
  /** The source of new signing keys. */
  readonly keyPool: KeyPool;
  /** Makes the keys that requests and seeds ask for. */
  readonly keyMaker: KeyMaker;
  /** Changes in the transactions of all environments. */
  readonly events: TransactionEvents;
  readonly recordings: Recordings;
  /** The audit events of this server, as they happen. */
  readonly activityFeed: ActivityFeed;
  readonly routeSchemas: RouteSchemas;
  /** What the server is still waiting for at its start; empty once it is ready. */
  readonly waitingFor: Set<string>;
  /** Why the data folder refused the last write, until one succeeds. */
  storageFailure(): Error | undefined;
  /** PEM of the certificate of the server's own certificate authority, if it has one. */
  readonly certificateAuthority: string | undefined;
  readonly warnOnHostMismatch: WarnOnHostMismatch;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  JsonSchemaToTsProvider
>;

/** Registers the routes of one endpoint. */
export type Endpoint = (app: App, context: Context) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as received, for the journal and for the steps of a transaction. */
    exchange: Exchange;
  }
}

/** The environment that the path names. Throws PingOne's 404 if it is unknown. */
export function environmentOf(context: Context, request: FastifyRequest): Environment {
  const environmentId = textMember(request.params, 'environmentId') ?? '';
  const environment = context.environments.get(environmentId);
  if (!environment) throw notFound({ text: `Unable to find environment with ID: '${environmentId}'` });
  request.exchange.environmentId = environment.id;
  return environment;
}
