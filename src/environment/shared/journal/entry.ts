import { type Check, check } from '../../../protocol/check.js';
import { type RuleName, rules } from '../../../protocol/rules/index.js';
import type { Activity } from '../../journal/activities.js';
import type { Exchange } from '../../journal/exchange.js';
import type { RouteSchemas } from '../../journal/route-schemas.js';
import type { Step } from '../../journal/transactions.js';

/** A check as an entry has it: one that held and shows nothing is the name of its rule. */
type RecordedCheck = string | (Omit<Check<RuleName>, 'spec'> & { readonly spec?: string | undefined });

/** A step as an entry has it, with the id of its exchange. Its number follows from those before it. */
export interface RecordedStep extends Omit<Step, 'n' | 'checks' | 'exchange'> {
  readonly checks?: readonly RecordedCheck[] | undefined;
  readonly exchange?: string | undefined;
}

/** What a replica has changed of a transaction. */
export interface RecordedTransaction {
  readonly id: string;
  /** Where the replica has begun it. */
  readonly startedAt?: number | undefined;
  /** Members by name, those of `pkce` as `pkce.NAME`; null for one that was taken away. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
  /** Further items of its lists, by name. */
  readonly added?: Readonly<Record<string, readonly unknown[]>> | undefined;
  readonly steps?: readonly RecordedStep[] | undefined;
  /** The families of tokens that it issues. */
  readonly families?: readonly string[] | undefined;
}

/** The use of a token, for a replica that does not know which transaction issued it. */
export interface RecordedUse {
  readonly family: string;
  /** How many of its kind a transaction shows. */
  readonly most: number;
  readonly step: RecordedStep;
}

export type Cleared = 'transactions' | 'requests' | 'activities';
export const allCleared: readonly Cleared[] = ['transactions', 'requests', 'activities'];

/** What a replica has recorded since its last entry, in the order in which others apply it. */
export interface Recorded {
  readonly cleared?: readonly Cleared[] | undefined;
  /** The exchanges that steps and requests refer to, unless an earlier entry has them. */
  readonly exchanges?: readonly Exchange[] | undefined;
  readonly transactions?: readonly RecordedTransaction[] | undefined;
  readonly uses?: readonly RecordedUse[] | undefined;
  /** Ids of exchanges for the journal. */
  readonly requests?: readonly string[] | undefined;
  readonly activities?: readonly Omit<Activity, 'n'>[] | undefined;
}

/** Where an entry is in the log. */
export interface Position {
  readonly number: number;
  /** Whether this replica has written it. */
  readonly isOwn: boolean;
  /** Counts the entries of the replica that has written it. */
  readonly turn: number;
  /** Whether it comes after an entry of this replica in the log. */
  isAfter(turn: number): boolean;
}

function recordCheck(made: Check<RuleName>): RecordedCheck {
  if (made === check(made.rule, true)) return made.rule;
  const { spec, ...rest } = made;
  return spec === rules[made.rule].spec ? rest : made;
}

function readCheck(recorded: RecordedCheck): Check<RuleName> {
  if (typeof recorded === 'string') return check(recorded as RuleName, true);
  const { rule, spec = rules[rule]?.spec, ok, using, expected, got } = recorded;
  return { rule, spec, ok, using, expected, got };
}

/** @param refer notes the exchange for the same entry, and returns its id */
export function recordStep({ n: _, checks, exchange, ...rest }: Step, refer: (exchange: Exchange) => string): RecordedStep {
  return { ...rest, ...(checks.length > 0 && { checks: checks.map(recordCheck) }), ...(exchange && { exchange: refer(exchange) }) };
}

/** The step of an entry, without its number. */
export function readStep(recorded: RecordedStep, find: (id: string) => Exchange | undefined): Omit<Step, 'n'> {
  const { kind, at, ok, title, checks = [], exchange, data } = recorded;
  return { kind, at, ok, title, checks: checks.map(readCheck), exchange: exchange === undefined ? undefined : find(exchange), data };
}

/** Without what only the process that has served it can use. */
export const recordExchange = ({ schemas: _, ...rest }: Exchange): Exchange => rest;

/** The exchange of an entry, with the schemas that this replica has for its route. */
export const readExchange = (recorded: Exchange, schemasOf: RouteSchemas['of']): Exchange => ({
  ...recorded,
  // When they are asked for: a route may be registered after the entry was read.
  get schemas() {
    return schemasOf(recorded);
  },
});
