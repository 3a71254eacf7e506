import { membersOf } from '../lib/unknown.js';
import { awaitReturn } from './await-return.js';
import { type Browser, isNear } from './browser.js';
import { startBrowsers } from './browsers.js';
import { cases } from './cases.js';
import { isRefusal, refusalIn } from './is-refusal.js';
import { learn } from './learn.js';
import { takeLease } from './lease.js';
import { fixOf, type Recognised, recognise } from './libraries/recognise.js';
import { NotBegun } from './not-begun.js';
import { createStage, type Played } from './stage.js';
import { startProblem } from './start-problem.js';
import { CheckupStopped } from './stopped.js';
import {
  type Case,
  type CheckedEnvironment,
  type CheckupOptions,
  type Finding,
  groups,
  type Outcome,
  type Report,
  type Result,
} from './types.js';
import { untilStopped } from './until-stopped.js';

const problem = (message: string, fix: string): CheckupStopped => new CheckupStopped(message, fix);

function readAddress(name: string, text: string): URL {
  if (!URL.canParse(text))
    throw problem(`${name} is ${JSON.stringify(text)}`, 'give the whole address, such as http://localhost:3000/login');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw problem(`${name} has a user name or a password, which browsers do not send from an address`, `give ${name} without them`);
  if (isNear(url)) return url;
  throw problem(
    `${url.origin} may be somebody else's server`,
    'a checkup calls only this machine, names without a dot, and names below localhost, test, local, internal, example and invalid',
  );
}

const isResult = (value: Result | Outcome): value is Result => 'verdict' in value;

const limited = 'find out what the application says there: it may limit how often somebody signs on';

/** Plays one case. An application that does not even begin a sign-on has crashed, or cannot be judged. */
async function play({ id, run }: Case, stage: Played): Promise<Result> {
  try {
    const found = await run(stage);
    return isResult(found) ? found : stage.judge(found);
  } catch (error) {
    if (isRefusal(error)) return { verdict: 'does not apply', remark: `the mock refused what the case needs: ${refusalIn(error).message}` };
    if (!(error instanceof NotBegun)) throw error;
    const crash = stage.crashOf(error.trail);
    if (crash) return crash;
    throw problem(`${error.message} any more, in the case ${id}: ${startProblem(error.trail).why}`, limited);
  }
}

/** How many requests of a case the report shows. */
const mostSeen = 20;

async function judge(one: Case, stage: Played, libraries: readonly Recognised[]): Promise<Finding> {
  const { run: _, ...row } = one;
  const { verdict, remark } = await play(one, stage);
  const ok = verdict === 'does not apply' || verdict === row.expects || (row.expects === 'any' && verdict !== 'crashed');
  const milliseconds = await stage.elapsed();
  const finding = {
    ...row,
    verdict,
    ok,
    milliseconds,
    ...(remark !== undefined && { remark }),
    transaction: await stage.newestTransaction(),
  };
  if (ok) return finding;
  const fix = fixOf(row, libraries);
  return { ...finding, ...(fix && { fix }), requests: (await stage.shownRequests()).slice(-mostSeen) };
}

/**
 * Makes sure that ordinary sign-ons still succeed: otherwise what was refused lately was refused for another reason.
 * New keys are an exception, since the application may learn of them later.
 */
async function requireHonest(stage: Played, { id, group }: Finding): Promise<void> {
  if (group === 'keys') return;
  const outcome = await stage.whole().catch((error: unknown) => {
    if (error instanceof NotBegun) return undefined;
    throw error;
  });
  if (outcome && stage.succeeded(outcome)) return;
  throw problem(
    `an ordinary sign-on does not succeed any more, after the case ${id}`,
    `what was refused in the group ${group} says nothing; start the application again, then find the case with --only; ${await stage.diagnosis()}`,
  );
}

/**
 * Takes an application through every case, and says how it met each.
 * @throws {CheckupStopped} if an ordinary sign-on does not succeed, or the application does not come back
 */
export async function runCheckup(environment: CheckedEnvironment, options: CheckupOptions): Promise<Report> {
  const { only = [], signal } = options;
  const start = readAddress('start', options.start);
  for (const name of ['protectedPage', 'signOff', 'secondStart'] as const) {
    const given = options[name];
    // A case would stop at it in the middle.
    if (given !== undefined) readAddress(name, given);
  }
  const contents = membersOf(await environment.control.call(`/__mock/v1/environments/${environment.id}`));
  const users = Array.isArray(contents.users) ? contents.users.map(membersOf) : [];
  const user = options.user ?? String(users[0]?.username ?? '');
  const chosen = choose(only);
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

/** The cases whose id or group begins like one of the names; without names, all. */
function choose(only: readonly string[]): readonly Case[] {
  const begins = (name: string) => (each: Case) => name !== '' && (each.id.startsWith(name) || each.group.startsWith(name));
  const unknown = only.filter((name) => !cases.some(begins(name)));
  if (unknown.length > 0)
    throw problem(
      `no case is called ${unknown.map((name) => name || '""').join(', ')}`,
      `the groups: ${groups.join(', ')}; the cases: ${cases.map(({ id }) => id).join(', ')}`,
    );
  return cases.filter((each) => only.length === 0 || only.some((name) => begins(name)(each)));
}

/** How long an application that crashed has to come back. */
const returnMilliseconds = 30_000;

interface Running extends Omit<CheckupOptions, 'start'> {
  readonly environment: CheckedEnvironment;
  readonly start: URL;
  readonly user: string;
  readonly lease: string;
  readonly openBrowser: () => Promise<Browser>;
  readonly stop: AbortSignal;
}

async function runCases(chosen: readonly Case[], running: Running): Promise<Report> {
  const { start, user, success, declared = [], onBegin, onFinding, stop } = running;
  const stage = await createStage({ ...running, problem, readAddress });
  const findings: Finding[] = [];
  stage.success = await learn(stage, start, success, stop).catch((error: unknown) => {
    if (!(error instanceof NotBegun)) throw error;
    throw problem(`${error.message} any more, after the first ones: ${startProblem(error.trail).why}`, limited);
  });
  const libraries = recognise({ declared, ...(await stage.traces()) });
  const began = new Date((await stage.now()) * 1000).toISOString();
  const head = { start: start.href, clientId: stage.clientId, user, at: began, success: stage.success.shownBy, libraries };
  onBegin?.(head, chosen.length);
  for (const [at, each] of chosen.entries()) {
    stop.throwIfAborted();
    await stage.newCase();
    const finding = await judge(each, stage, libraries);
    await stage.clear();
    if (each.group === 'discovery') await stage.restart?.();
    findings.push(finding);
    onFinding?.(finding, findings.length, chosen.length);
    if (finding.verdict === 'crashed' && !(await awaitReturn(start, returnMilliseconds, stop)))
      throw problem(
        `${start.origin} does not answer any more, after the case ${finding.id}`,
        'start the application again, then run the checkup with --only for the rest',
      );
    if (chosen[at + 1]?.group !== each.group) await requireHonest(stage, finding);
  }
  return { ...head, findings };
}
