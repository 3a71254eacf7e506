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
import { notFound } from '../pingone/pingone-error.js';
import type { Settings } from '../settings/read.js';
import type { ClaimsRules } from './faults/claims-rules.js';
import type { Hooks } from './faults/hooks.js';
import type { Faults } from './faults/registry.js';
import type { Exchange } from './journal/exchange.js';
import type { NameWarnings } from './journal/name-warnings.js';
import type { Outbox } from './journal/outbox.js';
import type { RequestJournal } from './journal/requests.js';
import type { TransactionEvents } from './journal/transaction-events.js';
import type { Transactions } from './journal/transactions.js';
import type { EnvironmentKeys } from './keys/environment-keys.js';
import type { KeyPool } from './keys/pool.js';
import type { Baseline } from './model/baseline.js';
import type { EnvironmentRecord } from './model/configuration.js';
import type { PublicUrls } from './public-urls.js';
import type { Store } from './store/types.js';

/** One PingOne environment with all that belongs to it. Nothing of it is shared with another one. */
export interface Environment {
  readonly id: string;
  /** What the management API shows of it. */
  record: EnvironmentRecord;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: EnvironmentKeys;
  readonly store: Store;
  readonly transactions: Transactions;
  /** What is done wrong on purpose. */
  readonly faults: Faults;
  /** What tests change in tokens and answers. */
  readonly hooks: Hooks;
  readonly claimsRules: ClaimsRules;
  /** What a reset goes back to. */
  baseline?: Baseline;
  /** Every request to this environment. */
  readonly requests: RequestJournal;
  /** What PingOne would have sent by e-mail or SMS. */
  readonly outbox: Outbox;
  readonly log: FastifyBaseLogger;
  /** Aborted once the environment is removed: nobody waits for it any longer. */
  readonly removed: AbortSignal;
  /** The other environments of this server: for diagnosis only, which looks where something belongs that is unknown here. */
  others(): Environment[];
}

/** The environments that this server plays. */
export interface Environments {
  get(id: string): Environment | undefined;
  list(): Environment[];
  /** Adds an empty environment; its contents are put by `domain/environments.ts`. */
  add(record: EnvironmentRecord): Promise<Environment>;
  /** Changes what the management API shows of it. */
  replace(record: EnvironmentRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
  /** Remembers that these environments, all where none are named, are what the server starts with. */
  markSeeded(ids?: readonly string[]): void;
  isSeeded(id: string): boolean;
  /** Brings seeded environments back that were removed; what is in them, a reset puts there. */
  restoreSeeded(): Promise<void>;
}

/** What every endpoint is given. */
export interface Context extends PublicUrls {
  readonly settings: Settings;
  readonly log: FastifyBaseLogger;
  /** The server's clock; each environment's own follows it. */
  readonly clock: Clock;
  readonly random: Random;
  readonly environments: Environments;
  /** The requests that belong to no environment. */
  readonly requests: RequestJournal;
  /** What was asked of an environment that is not there. */
  readonly unmatched: Transactions;
  /** Where new keys come from. */
  readonly keyPool: KeyPool;
  /** What changes in the transactions of all environments. */
  readonly events: TransactionEvents;
  /** What a start still waits for; empty once the server is ready. */
  readonly waitingFor: Set<string>;
  /** PEM of the server's own certificate authority, where it has one. */
  readonly certificateAuthority: string | undefined;
  readonly warnOnHostMismatch: NameWarnings;
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
    /** This request as it went over the wire, for the journal and the steps of a transaction. */
    exchange: Exchange;
  }
}

/** The environment of a path on the authorization server's host; unknown: 404 in PingOne's format. */
export function environmentOf(context: Context, request: FastifyRequest): Environment {
  const { environmentId } = request.params as { environmentId: string };
  const environment = context.environments.get(environmentId);
  if (!environment) throw notFound({ text: `Unable to find environment with ID: '${environmentId}'` });
  request.exchange.environmentId = environment.id;
  return environment;
}
