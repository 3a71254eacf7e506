import { type Setting, settingRows } from '../settings/table.js';
import type { Command } from './command.js';

// What the short help shows: the flags that a first hour needs.
const first = ['port', 'config', 'data', 'auto-login', 'https', 'log', 'json'].map((name) => `--${name}`);

const column = (text: string, width: number): string => text.padEnd(width);

/** One screen: 24 lines of 80 characters. */
export function help(commands: readonly Command[]): string {
  return lines(
    'pingone-mock: a MOCK of PingOne, for development and tests',
    '',
    'pingone-mock [command] [flags]        (pingone-mock help COMMAND says more)',
    ...commands.map(({ name, usage, meaning }) => `  ${column(`${name} ${usage}`, 24)} ${meaning}`),
    '',
    'flags (each also as a variable: PINGONE_MOCK_PORT for --port)',
    ...firstFlags(),
    `  ${column('--help, --version', 24)} this text; the version`,
  );
}

const firstFlags = (): string[] =>
  settingRows
    .filter(([, { flag }]) => flag !== undefined && first.includes(flag))
    .map(([, row]) => `  ${column(written(row), 24)} ${row.meaning}${standard(row)}`);

/** One screen on `start`: the flags of a first hour, and where the others are told. */
export const startHelp = (): string =>
  lines(
    'pingone-mock start [flags]',
    '',
    '  Starts the server. It keeps everything in memory, on this machine alone.',
    '',
    ...firstFlags(),
    '',
    'Each flag is a variable as well: PINGONE_MOCK_PORT for --port. A flag goes',
    'before its variable. SIGINT, SIGTERM and SIGHUP end the server.',
    '',
    '  pingone-mock help settings     every flag and variable there is',
    '',
    'Exit code 0: it was ended. 1: it failed, as on a port that is in use.',
    '2: a flag, a variable or the seed cannot be used.',
  );

/** One screen on one command. */
export const commandHelp = ({ name, usage, meaning, details = [] }: Command): string =>
  lines(`pingone-mock ${name} ${usage}`, '', `  ${meaning}`, '', ...details);

/** The whole table. */
export function settingsHelp(): string {
  return lines(
    'pingone-mock start [flags]: every setting',
    '',
    'A flag goes before its variable; PINGONE_MOCK_X_FILE names a file with the value',
    'of PINGONE_MOCK_X. PORT stands in for PINGONE_MOCK_PORT.',
    '',
    ...settingRows.map(([, row]) => {
      const names = [row.flag === undefined ? undefined : written(row), row.name];
      return `${names.filter((name) => name !== undefined).join('  ')}\n    ${row.meaning}${standard(row)}`;
    }),
  );
}

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;

function standard({ default: value, meaning }: Setting<unknown>): string {
  if (value === undefined || value === false || typeof value === 'object' || meaning.includes('default')) return '';
  return ` (${value === true ? 'on' : value})`;
}

/** The flag with its value, in brackets where it may be left out. */
const written = ({ flag, bare, shape }: Setting<unknown>): string => (bare === undefined ? `${flag} ${shape}` : `${flag} [${shape}]`);
