import type { Transaction } from './transactions.js';

/** Where a diagnosis can be read: the page of its transaction. */
export function transactionUrl({ id, environmentId, baseUrls }: Transaction): string {
  const base = baseUrls.at(-1) ?? '';
  return `${base.endsWith(`/${environmentId}`) ? base.slice(0, -environmentId.length - 1) : base}/__mock/tx/${id}`;
}
