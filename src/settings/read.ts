import { type Flags, readCommandLine, shorten } from '../lib/command-line.js';
import { nearest } from '../lib/nearest.js';
import { readTextFile } from '../lib/text-file.js';
import { defaultSettings, type Setting, type Settings, settingRows } from './table.js';

export { defaultSettings, type Settings };

/** Unusable input from the person who runs the command. The message says what and why; the command exits with code 2. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export interface SettingSources {
  /** The arguments after the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags of the command itself, beside those of the settings. */
  readonly ownFlags?: Flags;
  readonly readFile?: (path: string) => string;
  /** Whether standard output is a terminal. */
  readonly terminal?: boolean;
}

export interface SettingsRead {
  readonly settings: Settings;
  readonly warnings: readonly string[];
  /** The flags that were given, by name without the dashes. */
  readonly flags: ReadonlyMap<string, string | true>;
}

/** The text of a setting, and the name of the flag or variable that gave it. */
interface Given {
  readonly from: string;
  readonly text: string;
}

const prefix = 'PINGONE_MOCK_';

const flagName = ({ flag }: Setting<unknown>): string => flag?.slice('--'.length) ?? '';

const settingFlags: Flags = Object.fromEntries(
  settingRows.flatMap(([, row]) => (row.flag === undefined ? [] : [[flagName(row), row] as const])),
);

/** The variable that names a file with the value. The seed has none: PINGONE_MOCK_CONFIG_FILE is itself a setting. */
const fileVariable = ({ variable }: Setting<unknown>): string | undefined =>
  variable === undefined || variable === 'PINGONE_MOCK_CONFIG' ? undefined : `${variable}_FILE`;

/** A flag wins over a variable, a variable over a file, a file over the default. Reports every problem at once. */
export function readSettings({ argv, env, ownFlags = {}, readFile = readTextFile, terminal = false }: SettingSources): SettingsRead {
  const warnings: string[] = [];
  const { values: flags, problems: badFlags } = readCommandLine(argv, { ...settingFlags, ...ownFlags }, 0);
  const problems = [...badFlags];
  const variables = readVariables(env, readFile, problems, warnings);

  const settings: { -readonly [Member in keyof Settings]: Settings[Member] } = { ...defaultSettings };
  for (const [member, row] of settingRows) {
    const text = flags.get(flagName(row));
    const given = typeof text === 'string' ? { from: row.flag, text } : variables.get(member);
    if (!given) continue;
    const value = row.parse(given.text);
    if (value === undefined)
      problems.push(`${given.from} ${row.problem?.(given.text) ?? `is ${shorten(given.text)}; expected ${row.expected}`}`);
    else Object.assign(settings, { [member]: value });
  }
  if (variables.has('config') && variables.has('configFile'))
    problems.push('PINGONE_MOCK_CONFIG and PINGONE_MOCK_CONFIG_FILE are both set; set only one');
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined))
    problems.push('PINGONE_MOCK_TLS_CERT and PINGONE_MOCK_TLS_KEY go together; only one is set');
  if (settings.https === 'on' && settings.port === settings.httpsPort && settings.port !== 0)
    problems.push(`PINGONE_MOCK_PORT and PINGONE_MOCK_HTTPS_PORT are both ${settings.port}; use two different ports`);
  problems.push(...storeProblems(settings), ...workerProblems(settings));
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));

  // A file named on the command line wins over a seed from the environment.
  if (flags.has('config')) settings.config = undefined;
  // --json implies JSON events, unless the same command line says --log off.
  if (settings.json && !(settings.logFormat === 'off' && flags.has('log'))) settings.logFormat = 'json';
  else if (terminal && !flags.has('log') && !variables.has('logFormat')) settings.logFormat = 'pretty';
  return { settings, warnings, flags };
}

/** What cannot go together with a shared store. */
function storeProblems({ store, dataFolder, randomSeed }: Settings): string[] {
  if (store === undefined) return [];
  return [
    ...(dataFolder === undefined ? [] : ['--data (PINGONE_MOCK_DATA) and --store (PINGONE_MOCK_STORE) are both set; set only one']),
    ...(randomSeed === undefined
      ? []
      : [
          '--random-seed (PINGONE_MOCK_RANDOM_SEED) does not go with --store (PINGONE_MOCK_STORE): all replicas would issue the same codes',
        ]),
  ];
}

/** What cannot go together with several workers. It does not depend on how many cores there are. */
function workerProblems({ workers, dataFolder, randomSeed }: Settings): string[] {
  if (workers === 1) return [];
  return [
    ...(dataFolder === undefined
      ? []
      : [
          '--data (PINGONE_MOCK_DATA) does not go with --workers (PINGONE_MOCK_WORKERS): only one process can write the folder. Use one worker, or --store with a Redis that writes to disk',
        ]),
    ...(randomSeed === undefined
      ? []
      : [
          '--random-seed (PINGONE_MOCK_RANDOM_SEED) does not go with --workers (PINGONE_MOCK_WORKERS): all workers would issue the same codes',
        ]),
  ];
}

type Found = Map<keyof Settings, Given>;

function readVariables(env: SettingSources['env'], readFile: (path: string) => string, problems: string[], warnings: string[]): Found {
  const found: Found = new Map();
  const known = new Set<string>();
  for (const [member, row] of settingRows) {
    if (row.variable === undefined) continue;
    const file = fileVariable(row);
    known.add(row.variable);
    if (file !== undefined) known.add(file);

    const text = given(env, row.variable);
    const path = file === undefined ? undefined : given(env, file);
    if (text !== undefined && path !== undefined) problems.push(`${row.variable} and ${file} are both set; set only one`);
    else if (text !== undefined) found.set(member, { from: row.variable, text });
    else if (path !== undefined) {
      try {
        found.set(member, { from: `${file} (${path})`, text: readFile(path).replace(/\r?\n$/, '') });
      } catch (error) {
        problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    } else if (row.variable === 'PINGONE_MOCK_PORT' && env.PORT) found.set(member, { from: 'PORT', text: env.PORT });
  }
  for (const name of Object.keys(env))
    if (name.startsWith(prefix) && !known.has(name) && !isServiceLink(name))
      warnings.push(`unknown variable ${name} is ignored; did you mean ${nearestVariable(name, known)}?`);
  return found;
}

/** An empty variable counts as absent: compose files pass unset variables on as empty. */
function given(env: SettingSources['env'], name: string): string | undefined {
  const text = env[name];
  return text === undefined || text === '' || (name === 'PINGONE_MOCK_PORT' && /^(tcp|udp):\/\//.test(text)) ? undefined : text;
}

/** Kubernetes and Docker links set these, and PINGONE_MOCK_PORT, to the address of a service called "pingone-mock". */
const isServiceLink = (name: string): boolean => /^PINGONE_MOCK_(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP))/.test(name);

const nearestVariable = (name: string, known: Iterable<string>): string =>
  prefix +
  nearest(
    name.slice(prefix.length),
    Array.from(known, (each) => each.slice(prefix.length)),
  );
