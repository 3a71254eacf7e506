import type { Context, Environment } from '../environment/context.js';
import { hideInCheck, hidingSecretsOf } from '../environment/journal/hide-secrets.js';
import { transactionUrl } from '../environment/journal/transaction-url.js';
import { answered } from '../environment/journal/transactions.js';
import { failed } from '../protocol/check.js';
import { type Diagnosis, reasonOf } from '../protocol/mistakes/index.js';
import { diagnoseCheck } from './transaction.js';

/** Why a request was refused, as a page may show it. */
export interface Explanation extends Pick<Diagnosis, 'title' | 'fix'> {
  /** Empty if the values say everything. */
  readonly why: string;
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  /** The page of its transaction; undefined if the inspector is off. */
  readonly url?: string | undefined;
}

/** Texts come from requests: longer ones are cut. */
const longest = 500;

const shortened = (text: string | undefined): string | undefined =>
  text !== undefined && text.length > longest ? `${text.slice(0, longest)}…` : text;

/** Why the request with this correlation id was refused; undefined if it was not, or is no longer known. */
export function explainRequest({ settings }: Pick<Context, 'settings'>, environment: Environment, id: string): Explanation | undefined {
  const transaction = environment.transactions.list().findLast((each) => answered(each, id));
  const step = transaction?.steps.findLast(({ exchange, checks }) => exchange?.id === id && failed(checks) !== undefined);
  const check = step && failed(step.checks);
  if (!transaction || !check) return undefined;
  const isLast = step === transaction.steps.at(-1);
  const diagnosis = (isLast ? transaction.diagnosis : undefined) ?? diagnoseCheck(environment, transaction, check);
  const { expected, got } = settings.hideSecrets ? hideInCheck(check) : check;
  const explanation: Explanation = {
    title: diagnosis.title,
    // The page shows the values beside each other, so the reason need not repeat them.
    why: shortened(diagnosis.code === check.rule ? reasonOf(check) : diagnosis.why) ?? '',
    fix: diagnosis.fix,
    expected: shortened(expected),
    got: shortened(got),
  };
  const shown = settings.hideSecrets ? hidingSecretsOf(transaction)(explanation) : explanation;
  return settings.inspector ? { ...shown, url: transactionUrl(transaction) } : shown;
}
