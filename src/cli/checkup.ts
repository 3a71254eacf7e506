import { exec } from 'node:child_process';
import type { Report } from '../checkup/types.js';
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

/** `checkup`: takes an application through every lie that the mock can tell. Exit code 1 if it met one wrongly. */
export const checkup: Run = async ({ argv, env, output, errors, stop }: Invocation) => {
  const { values } = readArguments(argv, flags, 0);
  const kind = readKind(values.report);
  const writeBadge = values.badge === undefined ? undefined : outputFile('--badge', values.badge);
  if (values.start === undefined)
    throw new SettingsError('expected the address that begins a sign-on: --start http://localhost:3000/login');
  const url = mockUrl(values.url, env);
  const { id, issuer } = membersOf(await askControl(url, `/environments/${values.env ?? 'default'}`, { signal: stop }));
  const { checkup: runCheckup } = await import('../library/checkup.js');
  const only = values.only?.split(',').map((name) => name.trim());
  const isTerminal = errors.isTTY === true;
  try {
    const report = await runCheckup(
      fetchTransport(url),
      { id: String(id), issuer: String(issuer) },
      {
        start: values.start,
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
        onFinding: (finding, done, all) => {
          if (isTerminal) errors.write(`\r${done}/${all} ${finding.id.padEnd(30)}${done === all ? '\n' : ''}`);
        },
      },
    );
    output.write(await write(kind, report));
    writeBadge?.((await import('../checkup/entry.js')).badgeOf(report));
    return report.findings.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (stop.aborted) return 1;
    if (!(error instanceof MockError)) throw error;
    errors.write(`pingone-mock: ${error.message}\n`);
    return 2;
  }
};
