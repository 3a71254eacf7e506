import { nearest } from '../lib/nearest.js';
import { readTextFile } from '../lib/text-file.js';
import { defaultSettings, type Setting, type Settings, settingRows } from './table.js';

export { defaultSettings, type Settings };

/** What the user gave cannot be used; the message says what and why, for a person. The command ends with exit code 2. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export interface SettingSources {
  /** What stands behind the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: (path: string) => string;
  /** Whether standard output is a terminal. */
  readonly terminal?: boolean;
}

/** A text that was given for a setting, and the name of where it was found. */
interface Given {
  readonly from: string;
  readonly text: string;
}

const prefix = 'PINGONE_MOCK_';

/** The variable that names a file with the value. The seed has none: PINGONE_MOCK_CONFIG_FILE is a setting itself. */
const fileName = ({ name }: Setting<unknown>): string | undefined =>
  name === undefined || name === 'PINGONE_MOCK_CONFIG' ? undefined : `${name}_FILE`;

/** Flag over environment over file over default. All that is wrong is told at once. */
export function readSettings({ argv, env, readFile = readTextFile, terminal = false }: SettingSources): {
  settings: Settings;
  warnings: string[];
} {
  const problems: string[] = [];
  const warnings: string[] = [];
  const flags = readFlags(argv, problems);
  const variables = readVariables(env, readFile, problems, warnings);

  const settings: { -readonly [Member in keyof Settings]: Settings[Member] } = { ...defaultSettings };
  for (const [member, row] of settingRows) {
    const given = flags.get(member) ?? variables.get(member);
    if (!given) continue;
    const value = row.parse(given.text);
    if (value === undefined) problems.push(`${given.from} is ${shown(given.text)}; expected ${row.expected}`);
    else Object.assign(settings, { [member]: value });
  }
  if (variables.has('config') && variables.has('configFile'))
    problems.push('PINGONE_MOCK_CONFIG and PINGONE_MOCK_CONFIG_FILE are both set; give one of them');
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined))
    problems.push('PINGONE_MOCK_TLS_CERT and PINGONE_MOCK_TLS_KEY belong together; only one of them is given');
  if (settings.https === 'on' && settings.port === settings.httpsPort && settings.port !== 0)
    problems.push(`PINGONE_MOCK_PORT and PINGONE_MOCK_HTTPS_PORT are both ${settings.port}; give two ports`);
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));

  // A file named on the command line stands over a seed from the environment.
  if (flags.has('configFile')) settings.config = undefined;
  // --json asks for the events too, unless the same command line says --log off.
  if (settings.json && !(settings.logFormat === 'off' && flags.has('logFormat'))) settings.logFormat = 'json';
  else if (terminal && !flags.has('logFormat') && !variables.has('logFormat')) settings.logFormat = 'pretty';
  return { settings, warnings };
}

type Found = Map<keyof Settings, Given>;

function readFlags(argv: readonly string[], problems: string[]): Found {
  const found: Found = new Map();
  const byFlag = new Map(settingRows.flatMap(([member, row]) => (row.flag === undefined ? [] : [[row.flag, { member, row }] as const])));
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, flag = argument, inline] = /^(--[^=]*)=(.*)$/s.exec(argument) ?? [];
    const known = byFlag.get(flag);
    if (!known) {
      const isFlag = flag.startsWith('-');
      problems.push(
        isFlag
          ? `unknown flag ${shown(flag)}; the nearest known one is ${nearest(flag, byFlag.keys())}`
          : `unexpected argument ${shown(flag)}`,
      );
      continue;
    }
    const text = inline ?? valueBehind(known.row, rest);
    if (text === undefined) problems.push(`${flag} needs a value: ${known.row.expected}`);
    else if (found.has(known.member)) problems.push(`${flag} is given twice`);
    else found.set(known.member, { from: flag, text });
  }
  return found;
}

/** A flag that may stand alone takes the next argument only where that is one of its values. */
function valueBehind(row: Setting<unknown>, rest: string[]): string | undefined {
  const next = rest[0];
  if (row.bare !== undefined) return next !== undefined && row.parse(next) !== undefined ? rest.shift() : row.bare;
  return next === undefined || next.startsWith('--') ? undefined : rest.shift();
}

function readVariables(env: SettingSources['env'], readFile: (path: string) => string, problems: string[], warnings: string[]): Found {
  const found: Found = new Map();
  const known = new Set<string>();
  for (const [member, row] of settingRows) {
    if (row.name === undefined) continue;
    const file = fileName(row);
    known.add(row.name);
    if (file !== undefined) known.add(file);

    const text = given(env, row.name);
    const path = file === undefined ? undefined : given(env, file);
    if (text !== undefined && path !== undefined) problems.push(`${row.name} and ${file} are both set; give one of them`);
    else if (text !== undefined) found.set(member, { from: row.name, text });
    else if (path !== undefined) {
      try {
        found.set(member, { from: `${file} (${path})`, text: readFile(path).replace(/\r?\n$/, '') });
      } catch (error) {
        problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    } else if (row.name === 'PINGONE_MOCK_PORT' && env.PORT) found.set(member, { from: 'PORT', text: env.PORT });
  }
  for (const name of Object.keys(env))
    if (name.startsWith(prefix) && !known.has(name) && !isServiceLink(name))
      warnings.push(`unknown variable ${name} is ignored; the nearest known one is ${nearestVariable(name, known)}`);
  return found;
}

/** An empty variable counts as absent: compose files pass on what is not set as an empty text. */
function given(env: SettingSources['env'], name: string): string | undefined {
  const text = env[name];
  return text === undefined || text === '' || (name === 'PINGONE_MOCK_PORT' && /^(tcp|udp):\/\//.test(text)) ? undefined : text;
}

/** Kubernetes and Docker's links put the address of a service called "pingone-mock" under these names, and under PINGONE_MOCK_PORT. */
const isServiceLink = (name: string): boolean => /^PINGONE_MOCK_(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP))/.test(name);

const nearestVariable = (name: string, known: Iterable<string>): string =>
  prefix +
  nearest(
    name.slice(prefix.length),
    Array.from(known, (each) => each.slice(prefix.length)),
  );

/** A value in a message: quoted, and not longer than a line. */
const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
