import type { TransactionBody } from './transaction-body.js';

const columns: readonly (readonly [name: string, of: (transaction: TransactionBody) => unknown])[] = [
  ['id', ({ id }) => id],
  ['environment', ({ envId }) => envId],
  ['startedAt', ({ startedAt }) => startedAt],
  ['app', ({ app }) => app?.name],
  ['user', ({ user }) => user],
  ['state', ({ state }) => state],
  ['method', ({ pkce }) => pkce.method],
  ['challenge', ({ pkce }) => pkce.challenge],
  ['verifier', ({ pkce }) => pkce.verifier],
  ['computed', ({ pkce }) => pkce.computed],
  ['match', ({ pkce }) => pkce.match],
  ['error', ({ error }) => error],
  ['diagnosis', ({ diagnosis }) => diagnosis?.code],
];

/** Quoted as in RFC 4180 §2. A leading apostrophe keeps a spreadsheet from running a value as a formula. */
const cell = (value: unknown): string => {
  const text = value === undefined || value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Transactions as CSV, one row each, for lab sheets. */
export const transactionsCsv = (transactions: readonly TransactionBody[]): string =>
  [columns.map(([name]) => name), ...transactions.map((transaction) => columns.map(([, of]) => cell(of(transaction))))]
    .map((row) => `${row.join(',')}\r\n`)
    .join('');
