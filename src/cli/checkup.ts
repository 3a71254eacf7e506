import { exec } from 'node:child_process';
import type { Problem, Report } from '../checkup/types.js';
import { createClock } from '../lib/clock.js';
import { membersOf } from '../lib/unknown.js';
import { MockError } from '../library/mock-error.js';
import { fetchTransport } from '../library/transport.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Invocation, Run } from './command.js';
import { askControl, mockUrl } from './control-client.js';
import { outputFile } from './output-file.js';

const flags = {
  browser: 'alone',
  click: 'text',
  start: 'text',
  user: 'text',
  only: 'text',
  success: 'text',
  protected: 'text',
  'sign-off': 'text',
  'second-start': 'text',
  restart: 'text',
  report: 'text',
  badge: 'text',
  env: 'text',
  url: 'text',
} as const;

const kinds = ['text', 'json', 'junit', 'html'] as const;
type Kind = (typeof kinds)[number];

const readKind = (given = 'text'): Kind => {
  const kind = kinds.find((each) => each === given);
  if (kind) return kind;
  throw new SettingsError(`--report is ${JSON.stringify(given)}; expected ${kinds.join(', ')}`);
};

async function write(kind: Kind, report: Report): Promise<string> {
  const { htmlOf, junitOf, textOf } = await import('../checkup/entry.js');
  return { text: textOf, junit: junitOf, html: htmlOf, json: () => `${JSON.stringify(report)}\n` }[kind](report);
}

/** How long a command that restarts an application may take. */
const restartMilliseconds = 60_000;

/** Runs a command of the user's. Whether it did what it should, the next sign-on shows. */
const runShell = (command: string): Promise<void> =>
  new Promise((resolve) => void exec(command, { timeout: restartMilliseconds }, () => resolve()));

/** `checkup`: takes an application through every lie that the mock can tell. Exit code 1 if it met one wrongly, 2 if not all were run. */
export const checkup: Run = async ({ argv, env, output, errors, stop }: Invocation) => {
  const { values } = readArguments(argv, flags, 0);
  const kind = readKind(values.report);
  const writeBadge = values.badge === undefined ? undefined : outputFile('--badge', values.badge);
  if (values.start === undefined)
    throw new SettingsError('expected the address that begins a sign-on: --start http://localhost:3000/login');
  const { start } = values;
  const url = mockUrl(values.url, env);
  const { checkup: runCheckup } = await import('../library/checkup.js');
  const { badgeOf } = await import('../checkup/entry.js');
  const only = values.only?.split(',').map((name) => name.trim());
  const isTerminal = errors.isTTY === true;
  let soFar: Report = {
    start,
    clientId: '',
    user: '',
    at: new Date(createClock().now()).toISOString(),
    success: [],
    libraries: [],
    findings: [],
  };
  const put = async (report: Report) => {
    output.write(await write(kind, report));
    writeBadge?.(badgeOf(report));
  };
  try {
    const { id, issuer } = await environmentOf(url, values.env ?? 'default', stop);
    const report = await runCheckup(
      fetchTransport(url),
      { id, issuer },
      {
        start,
        signal: stop,
        ...(values.user !== undefined && { user: values.user }),
        ...(values.success !== undefined && { success: values.success }),
        ...(values.protected !== undefined && { protectedPage: values.protected }),
        ...(values['sign-off'] !== undefined && { signOff: values['sign-off'] }),
        ...(values['second-start'] !== undefined && { secondStart: values['second-start'] }),
        ...(values.restart !== undefined && { restart: () => runShell(values.restart as string) }),
        ...(values.click !== undefined && { click: values.click }),
        browser: values.browser === true,
        ...(only && { only }),
        onBegin: (head) => {
          soFar = { ...head, findings: [] };
        },
        onFinding: (finding, done, all) => {
          soFar = { ...soFar, findings: [...soFar.findings, finding] };
          if (isTerminal) errors.write(`\r${done}/${all} ${finding.id.padEnd(30)}${done === all ? '\n' : ''}`);
        },
      },
    );
    await put(report);
    return report.findings.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    const problem = problemOf(error, stop);
    if (isTerminal && soFar.findings.length > 0) errors.write('\n');
    // Programs read a report whatever happened; a person needs one only if it has something.
    if (soFar.findings.length > 0 || kind === 'junit' || kind === 'json') await put({ ...soFar, problem });
    if (!(error instanceof MockError) && !stop.aborted) throw error;
    errors.write(`pingone-mock: ${problem.message}${problem.fix === undefined ? '' : `\n  fix: ${problem.fix}`}\n`);
    return 2;
  }
};

/** The environment that the application uses, of a running mock. */
async function environmentOf(url: string, name: string, signal: AbortSignal): Promise<{ id: string; issuer: string }> {
  const found = await askControl(url, `/environments/${encodeURIComponent(name)}`, { signal }).catch((error: Error) => {
    throw new MockError(error.message, { code: 'checkup_stopped' });
  });
  const { id, issuer } = membersOf(found);
  return { id: String(id), issuer: String(issuer) };
}

function problemOf(error: unknown, stop: AbortSignal): Problem {
  if (stop.aborted) return { message: `checkup: interrupted by ${String(stop.reason)}` };
  const { message, fix } = error as MockError;
  return fix === undefined ? { message } : { message: message.replace(`\n  fix: ${fix}`, ''), fix };
}
