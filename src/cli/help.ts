import { type Setting, settingRows } from '../settings/table.js';
import type { Command } from './command.js';

// The flags of the short help: those that a newcomer needs.
const first = ['port', 'config', 'data', 'auto-login', 'https', 'json'].map((name) => `--${name}`);
// The help of all commands has less room.
const briefest = ['port', 'config', 'data'].map((name) => `--${name}`);

const column = (text: string, width: number): string => text.padEnd(width);

/** One screen: 24 lines of 80 characters. */
export function help(commands: readonly Command[]): string {
  return lines(
    'pingone-mock: a MOCK of PingOne, for development and tests',
    'pingone-mock [command] [flags]        (details: pingone-mock help COMMAND)',
    ...commands.map(({ name, usage, meaning }) => `  ${column(`${name} ${usage}`, 24)} ${meaning}`),
    'flags (each is also a variable: PINGONE_MOCK_PORT for --port)',
    ...flagLines(briefest),
    `  ${column('--help, --version', 24)} print this help; print the version`,
  );
}

const flagLines = (names: readonly string[]): string[] =>
  settingRows
    .filter(([, { flag }]) => flag !== undefined && names.includes(flag))
    .map(([, row]) => `  ${column(written(row), 24)} ${row.meaning}${standard(row)}`);

/** One screen on `start`: the flags that a newcomer needs, and where to find the others. */
export const startHelp = (): string =>
  lines(
    'pingone-mock start [flags]',
    '',
    '  Starts the server: on this machine only, with everything in memory.',
    '',
    ...flagLines(first),
    '',
    'Each flag is also a variable: PINGONE_MOCK_PORT for --port. The flag wins.',
    'SIGINT, SIGTERM and SIGHUP stop the server.',
    '',
    '  pingone-mock help settings     every flag and variable',
    '',
    'Exit code 0: stopped. 1: failed, for example because the port is in use.',
    '2: a flag, a variable or the seed is invalid.',
  );

/** One screen on one command. */
export const commandHelp = ({ name, usage, meaning, details = [] }: Command): string =>
  lines(`pingone-mock ${name} ${usage}`, '', `  ${meaning}`, '', ...details);

/** The whole table. */
export function settingsHelp(): string {
  return lines(
    'pingone-mock start [flags]: every setting',
    '',
    'A flag wins over its variable. PINGONE_MOCK_X_FILE names a file that holds the',
    'value of PINGONE_MOCK_X. PORT is used if PINGONE_MOCK_PORT is not set.',
    '',
    ...settingRows.map(([, row]) => {
      const names = [row.flag === undefined ? undefined : written(row), row.variable];
      return `${names.filter((name) => name !== undefined).join('  ')}\n    ${row.meaning}${standard(row)}`;
    }),
  );
}

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;

function standard({ default: value, meaning }: Setting<unknown>): string {
  if (value === undefined || value === false || typeof value === 'object' || meaning.includes('default')) return '';
  return ` (${value === true ? 'on' : value})`;
}

/** The flag with its value, in brackets if it is optional. */
const written = ({ flag, bare, shape }: Setting<unknown>): string => (bare === undefined ? `${flag} ${shape}` : `${flag} [${shape}]`);
