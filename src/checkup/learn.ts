import { failuresOf } from './failures.js';
import { isRefusal, refusalIn } from './is-refusal.js';
import type { Played } from './stage.js';
import { blockedIn } from './start-problem.js';
import { CheckupStopped } from './stopped.js';
import { byGiven, byMarks, type Failed, marksOf, type Success } from './success.js';
import type { Outcome } from './types.js';

const problem = (message: string, fix: string): CheckupStopped => new CheckupStopped(message, fix);

const lastStatus = ({ trail }: Outcome): number => trail.visits.at(-1)?.status ?? 0;

async function signOnOrdinarily(stage: Played): Promise<void> {
  const begun = await stage.begin();
  const callback = await stage.signOn(begun).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    const { message, fix } = refusalIn(error);
    throw problem(`the mock refused an ordinary sign-on: ${message}`, fix ?? 'fix that first');
  });
  const outcome = await stage.callBack(begun, callback);
  if (outcome.trail.failure !== undefined || lastStatus(outcome) >= 400)
    throw problem(
      `the ordinary sign-on failed: ${outcome.trail.end.href.slice(0, 200)} ${outcome.trail.failure ?? `answered ${lastStatus(outcome)}`}`,
      `fix that first; ${await stage.diagnosis()}`,
    );
  if (stage.isAtProvider(outcome.trail))
    throw problem(
      'after an ordinary sign-on, the application sends the browser to sign on again',
      'fix that first: it did not keep the session, or the page at which it ends asks for another one',
    );
  stage.honest.push({ begun, callback, outcome });
}

/** What was given as the sign of success, if every ordinary sign-on has it and no failure. */
function readGiven(given: string, honest: readonly Outcome[], failures: readonly Failed[]): Success {
  if (given.trim() === '') throw problem('the sign of success is empty', 'give a text of the page, or the path of its address');
  const success = byGiven(given);
  if (!honest.every(success.holds))
    throw problem(
      `an ordinary sign-on does not lead to ${JSON.stringify(given)}`,
      'give a text of the page, or the path of its address with all that comes before a "?"',
    );
  const failed = failures.find(({ outcome }) => success.holds(outcome));
  if (!failed) return success;
  throw problem(
    `${JSON.stringify(given)} does not show success: ${failed.what} has it too`,
    'give a text that only people who are signed on see, such as their name',
  );
}

/**
 * Signs on ordinarily, then in ways that must fail: what only the former have shows success.
 * @throws {CheckupStopped} if an ordinary sign-on fails, or looks like one that failed
 */
export async function learn(stage: Played, start: URL, given: string | undefined, stop: AbortSignal): Promise<Success> {
  for (let count = 0; count < 2; count += 1) await signOnOrdinarily(stage);
  const honest = stage.honest.map(({ outcome }) => outcome);
  const failures = await failuresOf(stage, start, stop);
  if (given !== undefined) return readGiven(given, honest, failures);
  const marks = marksOf(honest, failures);
  if (marks.length > 0) return byMarks(marks);
  throw problem(
    `a sign-on that succeeds and one that fails look the same${failures.map(({ outcome }) => blockedIn(outcome.trail)).find((text) => text !== '') ?? ''}`,
    'say with --success what shows it: a text of the page, or the path of its address. A single-page application needs --browser',
  );
}
