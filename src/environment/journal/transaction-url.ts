import type { Transaction } from './transactions.js';

/** The URL of a transaction's page in the inspector. */
export function transactionUrl({ id, environmentId, baseUrls }: Transaction): string {
  const base = baseUrls.at(-1) ?? '';
  return `${base.endsWith(`/${environmentId}`) ? base.slice(0, -environmentId.length - 1) : base}/__mock/tx/${id}`;
}
