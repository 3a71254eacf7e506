import { membersOf } from '../lib/unknown.js';
import { type Browser, createBrowser, isNear } from './browser.js';
import { startBrowsers } from './browsers.js';
import { idTokenCases } from './id-token-cases.js';
import { clockCases, keyCases } from './key-cases.js';
import { takeLease } from './lease.js';
import { mendOf, type Recognised, recognise } from './libraries/recognise.js';
import { pkceCases } from './pkce-cases.js';
import { responseCases } from './response-cases.js';
import { sessionCases } from './session-cases.js';
import { createStage, type Played } from './stage.js';
import { blockedIn } from './start-problem.js';
import { CheckupStopped } from './stopped.js';
import { storageCases } from './storage-cases.js';
import { tokenAnswerCases } from './token-answer-cases.js';
import type { Case, CheckedEnvironment, CheckupOptions, Finding, Outcome, Report, Result } from './types.js';
import { untilStopped } from './until-stopped.js';

/** Every case, in the order in which they are run. */
export const cases: readonly Case[] = [
  ...pkceCases,
  ...sessionCases,
  ...storageCases,
  ...responseCases,
  ...idTokenCases,
  ...tokenAnswerCases,
  ...clockCases,
  ...keyCases,
];

const problem = (message: string, fix: string): CheckupStopped => new CheckupStopped(message, fix);

function readStart(start: string): URL {
  if (!URL.canParse(start))
    throw problem(`start is ${JSON.stringify(start)}`, 'give the whole address, such as http://localhost:3000/login');
  const url = new URL(start);
  if (isNear(url)) return url;
  throw problem(
    `${url.origin} may be somebody else's server`,
    'a checkup calls only this machine, names without a dot, and names below localhost, test, local, internal, example and invalid',
  );
}

const isResult = (value: Result | Outcome): value is Result => 'verdict' in value;

const lastStatus = ({ trail }: Outcome): number => trail.visits.at(-1)?.status ?? 0;

/** The features that only sign-ons without tricks have: those that a refused one lacks. */
function marksOf(honest: readonly Outcome[], denied: Outcome): string[] {
  const [first, ...others] = honest;
  return [...(first?.features ?? [])].filter(
    (feature) => others.every(({ features }) => features.has(feature)) && !denied.features.has(feature),
  );
}

/** The sign-ons without tricks, and one that the person refuses: what success looks like. */
async function learn(played: Played, success: string | undefined): Promise<string[]> {
  for (let count = 0; count < 2; count += 1) {
    const begun = await played.begin();
    const callback = await played.signOn(begun);
    const outcome = await played.callBack(begun, callback);
    if (outcome.trail.failure !== undefined || lastStatus(outcome) >= 400)
      throw problem(
        `the sign-on without tricks failed: ${outcome.trail.end.href.slice(0, 200)} ${outcome.trail.failure ?? `answered ${lastStatus(outcome)}`}`,
        `mend that first; ${await played.diagnosis()}`,
      );
    played.honest.push({ begun, callback, outcome });
  }
  const refused = await played.begin();
  const denied = await played.callBack(refused, await played.deny(refused));
  if (success !== undefined) {
    const isMark = (feature: string) => feature === `path ${success}`;
    const all = played.honest.every(
      ({ outcome }) => [...outcome.features].some(isMark) || (outcome.trail.visits.at(-1)?.text ?? '').includes(success),
    );
    if (!all)
      throw problem(
        `a sign-on without tricks does not lead to ${JSON.stringify(success)}`,
        'give a text of the page, or the path of its address',
      );
    played.given = success;
    return [`text or path ${JSON.stringify(success)}`];
  }
  const marks = marksOf(
    played.honest.map(({ outcome }) => outcome),
    denied,
  );
  if (marks.length > 0) return marks;
  throw problem(
    `a sign-on that succeeds and one that the person refuses look the same${blockedIn(denied.trail)}`,
    'say with --success what shows it: a text of the page, or the path of its address. A single-page application needs --browser',
  );
}

/** Waits until an application that crashed is back. */
async function awaitReturn(start: URL, signal: AbortSignal | undefined): Promise<boolean> {
  for (let tries = 0; tries < 60 && !signal?.aborted; tries += 1) {
    const { failure, visits } = await createBrowser(signal).open(start, { stopAt: (url) => url.href !== start.href });
    if (failure !== 'no answer' || visits.length > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

/** How many requests of a case the report shows. */
const mostSeen = 20;

async function judge({ run, ...row }: Case, stage: Played, libraries: readonly Recognised[]): Promise<Finding> {
  const found = await run(stage);
  const { verdict, remark } = isResult(found) ? found : stage.judge(found);
  const ok = verdict === 'does not apply' || verdict === row.expects || (row.expects === 'any' && verdict !== 'crashed');
  const finding = { ...row, verdict, ok, ...(remark !== undefined && { remark }), transaction: await stage.newestTransaction() };
  if (ok) return finding;
  const mend = mendOf(row, libraries);
  return { ...finding, ...(mend && { mend }), requests: (await stage.seen()).slice(-mostSeen) };
}

/**
 * Takes an application through every case, and says how it met each.
 * @throws {CheckupStopped} if a sign-on without tricks does not succeed, or the application does not come back
 */
export async function runCheckup(environment: CheckedEnvironment, options: CheckupOptions): Promise<Report> {
  const { only = [], signal } = options;
  const start = readStart(options.start);
  const contents = membersOf(await environment.control.call(`/__mock/v1/environments/${environment.id}`));
  const users = Array.isArray(contents.users) ? contents.users.map(membersOf) : [];
  const user = options.user ?? String(users[0]?.username ?? '');
  const chosen = cases.filter(({ id, group }) => only.length === 0 || only.some((name) => id.startsWith(name) || group.startsWith(name)));
  if (chosen.length === 0) throw problem(`no case is called ${only.join(', ')}`, `the cases: ${cases.map(({ id }) => id).join(', ')}`);
  const browsers = await startBrowsers(options);
  try {
    const lease = await takeLease(environment.control, `/__mock/v1/environments/${environment.id}`, `a checkup of ${start.href}`);
    const run = (stop: AbortSignal) => {
      const openBrowser = () => browsers.open(stop);
      return runCases(chosen, { ...options, environment, start, user, lease: lease.id, openBrowser, stop });
    };
    try {
      return await untilStopped(run, signal, lease.lost);
    } finally {
      await lease.end();
    }
  } finally {
    await browsers.close();
  }
}

interface Running extends Omit<CheckupOptions, 'start'> {
  readonly environment: CheckedEnvironment;
  readonly start: URL;
  readonly user: string;
  readonly lease: string;
  readonly openBrowser: () => Promise<Browser>;
  readonly stop: AbortSignal;
}

async function runCases(chosen: readonly Case[], running: Running): Promise<Report> {
  const { environment, start, user, success, declared = [], onBegin, onFinding, lease, openBrowser, stop } = running;
  const stage = await createStage({ environment, start, user, problem, lease, openBrowser });
  const findings: Finding[] = [];
  const marks = await learn(stage, success);
  stage.marks = marks;
  const libraries = recognise({ declared, ...(await stage.traces()) });
  const at = new Date((await stage.now()) * 1000).toISOString();
  const head = { start: start.href, clientId: stage.clientId, user, at, success: marks, libraries };
  onBegin?.(head, chosen.length);
  for (const each of chosen) {
    stop.throwIfAborted();
    await stage.newCase();
    const finding = await judge(each, stage, libraries);
    await stage.clear();
    findings.push(finding);
    onFinding?.(finding, findings.length, chosen.length);
    if (finding.verdict === 'crashed' && !(await awaitReturn(start, stop)))
      throw problem(
        `${start.origin} does not answer any more, after the case ${finding.id}`,
        'start the application again, then run the checkup with --only for the rest',
      );
  }
  return { ...head, findings };
}
