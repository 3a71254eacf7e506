import type { Finding, Report } from '../checkup/types.js';
import { membersOf } from '../lib/unknown.js';
import { MockError } from '../library/mock-error.js';
import { fetchTransport } from '../library/transport.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import { junitOf } from './checkup-junit.js';
import type { Invocation, Run } from './command.js';
import { askControl, mockUrl } from './control-client.js';

const flags = { start: 'text', user: 'text', only: 'text', success: 'text', report: 'text', env: 'text', url: 'text' } as const;

const kinds = ['text', 'json', 'junit'] as const;
type Kind = (typeof kinds)[number];

const readKind = (given = 'text'): Kind => {
  const kind = kinds.find((each) => each === given);
  if (kind) return kind;
  throw new SettingsError(`--report is ${JSON.stringify(given)}; expected ${kinds.join(', ')}`);
};

const mark = ({ ok, verdict }: Finding): string => (verdict === 'does not apply' ? '–' : ok ? '✓' : '✗');

/** What is met wrongly first, then what does not apply, then the rest. */
const rank = ({ ok, verdict }: Finding): number => (ok ? (verdict === 'does not apply' ? 1 : 2) : 0);

const describe = ({ title, spec, must, gain, verdict, expects, remark, transaction }: Finding): string[] => [
  '',
  `✗ ${title}`,
  `  ${verdict}${expects === 'accepted' ? ', and should go on' : ''}${remark === undefined ? '' : `: ${remark}`}`,
  `  the application must: ${must} (${spec})`,
  `  otherwise: ${gain}`,
  ...(transaction === undefined ? [] : [`  what the mock saw: ${transaction}`]),
];

function textOf({ findings, success, user }: Report): string {
  const sorted = [...findings].sort((one, other) => rank(one) - rank(other));
  const count = (holds: (finding: Finding) => boolean) => findings.filter(holds).length;
  const wrong = sorted.filter(({ ok }) => !ok);
  return [
    `signed on as ${user}; taken as success: ${success.join(', ')}`,
    '',
    ...sorted.map((finding) => `${mark(finding)} ${finding.id.padEnd(28)} ${finding.verdict.padEnd(15)} ${finding.title}`),
    ...wrong.flatMap(describe),
    '',
    `${count(({ ok, verdict }) => ok && verdict !== 'does not apply')} as they should, ${wrong.length} not, ${count(({ verdict }) => verdict === 'does not apply')} do not apply`,
    '',
  ].join('\n');
}

const written: Readonly<Record<Kind, (report: Report) => string>> = {
  text: textOf,
  json: (report) => `${JSON.stringify(report)}\n`,
  junit: junitOf,
};

/** `checkup`: takes an application through every lie that the mock can tell. Exit code 1 if it met one wrongly. */
export const checkup: Run = async ({ argv, env, output, errors, stop }: Invocation) => {
  const { values } = readArguments(argv, flags, 0);
  const kind = readKind(values.report);
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
        ...(only && { only }),
        onFinding: (finding, done, all) => {
          if (isTerminal) errors.write(`\r${done}/${all} ${finding.id.padEnd(30)}${done === all ? '\n' : ''}`);
        },
      },
    );
    output.write(written[kind](report));
    return report.findings.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (stop.aborted) return 1;
    if (!(error instanceof MockError)) throw error;
    errors.write(`pingone-mock: ${error.message}\n`);
    return 2;
  }
};
