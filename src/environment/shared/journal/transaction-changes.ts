import type { Transaction } from '../../journal/transactions.js';
import type { RecordedTransaction } from './entry.js';

type Members = Record<string, unknown>;

/** The members that a replica sends when they change. Those of `pkce` are sent one by one: two replicas may each know some. */
const names = ['application', 'user', 'state', 'error', 'diagnosis', 'theft'] as const;
const pkceNames = ['challenge', 'method', 'verifier', 'computed', 'match'] as const;
const lists = ['warnings', 'baseUrls', 'related'] as const;
/** The most items of a list: a transaction may last for months. */
const mostItems = 10;

/** A transaction’s members as all replicas have them, as JSON, and the items of its lists. */
export interface KnownMembers {
  readonly members: Map<string, string>;
  /** The entry of this replica that last changed a member. */
  readonly sentWith: Map<string, number>;
  /** By the entry of this replica that has added them; 0 for those of others. */
  readonly items: Map<string, number>;
}

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? 'null';
/** Which object has a member, and by what name. */
function placeOf(transaction: Transaction, name: string): [Members, string] {
  const [first = '', second] = name.split('.', 2);
  return second === undefined ? [transaction as unknown as Members, first] : [transaction.pkce as Members, second];
}
const allNames: readonly string[] = [...names, ...pkceNames.map((name) => `pkce.${name}`)];

/** What all replicas have of a transaction that nothing is known of. */
export const nothingKnown = (): KnownMembers => ({
  members: new Map([['state', '"waiting"']]),
  sentWith: new Map(),
  items: new Map(),
});

/** What has changed since all replicas knew it; from now on they do. */
export function changesOf(transaction: Transaction, known: KnownMembers, turn: number): Pick<RecordedTransaction, 'members' | 'added'> {
  const members: Members = {};
  const added: Record<string, unknown[]> = {};
  for (const name of allNames) {
    const [holder, own] = placeOf(transaction, name);
    const json = jsonOf(holder[own]);
    if (json === (known.members.get(name) ?? 'null')) continue;
    known.members.set(name, json);
    known.sentWith.set(name, turn);
    members[name] = holder[own] ?? null;
  }
  for (const name of lists) {
    const fresh = (transaction[name] as unknown[]).filter((item) => !known.items.has(`${name} ${jsonOf(item)}`));
    for (const item of fresh) known.items.set(`${name} ${jsonOf(item)}`, turn);
    if (fresh.length > 0) added[name] = fresh;
  }
  return {
    ...(Object.keys(members).length > 0 && { members }),
    ...(Object.keys(added).length > 0 && { added }),
  };
}

/**
 * Takes over what another replica has changed, except what this one has changed itself in a later entry.
 * @param readTurn the last entry of this replica that was read back
 */
export function takeOver(transaction: Transaction, known: KnownMembers, recorded: RecordedTransaction, readTurn: number): void {
  const { members = {}, added = {}, steps = [] } = recorded;
  const set = (name: string, value: unknown) => {
    if (!allNames.includes(name)) return;
    const [holder, own] = placeOf(transaction, name);
    if ((known.sentWith.get(name) ?? 0) > readTurn) return;
    const isUnsent = jsonOf(holder[own]) !== (known.members.get(name) ?? 'null');
    known.members.set(name, jsonOf(value));
    if (!isUnsent) holder[own] = value ?? undefined;
  };
  if ('state' in members) set('state', members.state);
  // As in one process: a step that succeeds ends what was wrong before, unless the transaction has failed.
  if (steps.length > 0 && transaction.state !== 'failed') for (const name of ['error', 'diagnosis']) set(name, null);
  for (const [name, value] of Object.entries(members)) if (name !== 'state') set(name, value);
  for (const name of lists) {
    const items = transaction[name] as unknown[];
    const others = (added[name] ?? []).filter((item) => !known.items.has(`${name} ${jsonOf(item)}`));
    for (const item of others) known.items.set(`${name} ${jsonOf(item)}`, 0);
    // Those of this replica that are later in the log, or not there yet, come after them.
    const at = items.findIndex((item) => (known.items.get(`${name} ${jsonOf(item)}`) ?? Number.POSITIVE_INFINITY) > readTurn);
    items.splice(at < 0 ? items.length : at, 0, ...others);
    if (name === 'warnings') items.splice(0, Math.max(0, items.length - mostItems));
  }
}
