import * as kinds from './kinds.js';

/** What the server can be told, whether by flag, environment, file or by a program that embeds it. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly config: string | undefined;
  readonly configFile: string | undefined;
  readonly seedFolder: string | undefined;
  /** How often a seed behind a URL is asked for anew; 0: never. */
  readonly seedPollSeconds: number;
  readonly dataFolder: string | undefined;
  readonly environmentId: string | undefined;
  readonly autoLogin: string | undefined;
  readonly codeLifetimeSeconds: number;
  readonly randomSeed: string | undefined;
  readonly keyFile: string | undefined;
  readonly baseUrl: string | undefined;
  readonly backchannel: 'off' | 'dynamic';
  readonly trustProxy: boolean | readonly string[];
  /** Host names that stand for an environment; undefined: for the first one. */
  readonly customDomains: Readonly<Record<string, string | undefined>>;
  readonly allowedHosts: readonly string[];
  readonly https: 'off' | 'on' | 'only';
  readonly httpsPort: number;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly tlsHosts: readonly string[];
  readonly caFolder: string | undefined;
  readonly proxy: boolean;
  readonly filterParts: boolean;
  readonly inspector: boolean;
  readonly admin: boolean;
  readonly logFormat: 'pretty' | 'json' | 'off';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly hideSecrets: boolean;
  readonly json: boolean;
}

/** One row of the table. */
export interface Setting<T> extends kinds.Kind<Exclude<T, undefined>> {
  /** The environment variable. */
  readonly name?: string;
  readonly flag?: string;
  /** What the flag means where no value follows it. */
  readonly bare?: string;
  readonly default: T;
  readonly meaning: string;
}

/** Every setting there is. Help, warnings and the defaults of the library are made from it. */
const settingTable: { readonly [Member in keyof Settings]: Setting<Settings[Member]> } = {
  port: {
    name: 'PINGONE_MOCK_PORT',
    flag: '--port',
    default: 9400,
    meaning: 'HTTP port; 0 takes a free one',
    ...kinds.wholeNumber(0, 65535),
  },
  host: { name: 'PINGONE_MOCK_HOST', flag: '--host', default: '127.0.0.1', meaning: 'address to listen on', ...kinds.host },
  config: { name: 'PINGONE_MOCK_CONFIG', default: undefined, meaning: 'the seed, inline JSON', ...kinds.anyText },
  configFile: {
    name: 'PINGONE_MOCK_CONFIG_FILE',
    flag: '--config',
    default: undefined,
    meaning: 'the seed: a JSON file, a folder or a URL',
    ...kinds.file,
  },
  seedFolder: {
    name: 'PINGONE_MOCK_SEED_DIR',
    default: undefined,
    meaning: 'a folder: every *.json in name order, merged by id',
    ...kinds.folder,
  },
  seedPollSeconds: {
    name: 'PINGONE_MOCK_SEED_POLL',
    default: 30,
    meaning: 'look for a new seed at its URL, in seconds; 0: never',
    ...kinds.wholeNumber(0, 86_400),
  },
  dataFolder: {
    name: 'PINGONE_MOCK_DATA',
    flag: '--data',
    default: undefined,
    meaning: 'a folder that keeps what is created',
    ...kinds.folder,
  },
  environmentId: {
    name: 'PINGONE_MOCK_ENV_ID',
    flag: '--env-id',
    default: undefined,
    meaning: 'id of the default environment',
    ...kinds.uuid,
  },
  autoLogin: {
    name: 'PINGONE_MOCK_AUTO_LOGIN',
    flag: '--auto-login',
    default: undefined,
    meaning: 'sign this user on, with no page',
    ...kinds.userName,
  },
  codeLifetimeSeconds: {
    name: 'PINGONE_MOCK_CODE_LIFETIME',
    flag: '--code-lifetime',
    default: 600,
    meaning: 'lifetime of a code, in seconds',
    ...kinds.wholeNumber(1, 31_536_000),
  },
  randomSeed: {
    name: 'PINGONE_MOCK_RANDOM_SEED',
    flag: '--random-seed',
    default: undefined,
    meaning: 'any text: the same ids and codes each time',
    ...kinds.anyText,
  },
  keyFile: { name: 'PINGONE_MOCK_KEY_FILE', default: undefined, meaning: 'signing keys, a JWK set', ...kinds.file },
  baseUrl: {
    name: 'PINGONE_MOCK_BASE_URL',
    flag: '--base-url',
    default: undefined,
    meaning: 'fixed public URL; else the Host asked for',
    ...kinds.baseUrl,
  },
  backchannel: {
    name: 'PINGONE_MOCK_BACKCHANNEL',
    default: 'off',
    meaning: 'dynamic: token and other endpoints follow the Host',
    ...kinds.choice('off', 'dynamic'),
  },
  trustProxy: {
    name: 'PINGONE_MOCK_TRUST_PROXY',
    default: false,
    meaning: 'believe Forwarded headers, of all or of these',
    ...kinds.trustedProxies,
  },
  customDomains: {
    name: 'PINGONE_MOCK_CUSTOM_DOMAINS',
    default: {},
    meaning: 'host names whose paths have no environment id',
    ...kinds.customDomains,
  },
  allowedHosts: { name: 'PINGONE_MOCK_ALLOWED_HOSTS', default: [], meaning: 'more host names for /__mock', ...kinds.hosts },
  https: {
    name: 'PINGONE_MOCK_HTTPS',
    flag: '--https',
    bare: 'on',
    default: 'off',
    meaning: 'https: on beside http, or only (default: off)',
    ...kinds.choice('off', 'on', 'only'),
  },
  httpsPort: {
    name: 'PINGONE_MOCK_HTTPS_PORT',
    flag: '--https-port',
    default: 9443,
    meaning: 'HTTPS port',
    ...kinds.wholeNumber(0, 65535),
  },
  tlsCert: {
    name: 'PINGONE_MOCK_TLS_CERT',
    flag: '--tls-cert',
    default: undefined,
    meaning: 'own certificate chain: a PEM file',
    ...kinds.file,
  },
  tlsKey: { name: 'PINGONE_MOCK_TLS_KEY', flag: '--tls-key', default: undefined, meaning: 'its private key: a PEM file', ...kinds.file },
  tlsHosts: { name: 'PINGONE_MOCK_TLS_HOSTS', flag: '--tls-hosts', default: [], meaning: 'more names for the certificate', ...kinds.hosts },
  caFolder: {
    name: 'PINGONE_MOCK_CA_DIR',
    flag: '--ca-dir',
    default: undefined,
    meaning: 'a folder that keeps the certificate authority',
    ...kinds.folder,
  },
  proxy: {
    name: 'PINGONE_MOCK_PROXY',
    flag: '--proxy',
    bare: 'on',
    default: false,
    meaning: 'CONNECT proxy on the HTTP port',
    ...kinds.onOrOff,
  },
  filterParts: {
    name: 'PINGONE_MOCK_FILTER_PARTS',
    default: false,
    meaning: 'filters may say ew and co',
    ...kinds.onOrOff,
  },
  inspector: {
    name: 'PINGONE_MOCK_INSPECTOR',
    flag: '--inspector',
    bare: 'on',
    default: true,
    meaning: 'the inspector at /__mock/',
    ...kinds.onOrOff,
  },
  admin: {
    name: 'PINGONE_MOCK_ADMIN',
    flag: '--admin',
    bare: 'on',
    default: true,
    meaning: 'the control API at /__mock/v1',
    ...kinds.onOrOff,
  },
  logFormat: {
    name: 'PINGONE_MOCK_LOG',
    flag: '--log',
    default: 'json',
    meaning: 'log format; default: pretty on a terminal, else json',
    ...kinds.choice('pretty', 'json', 'off'),
  },
  logLevel: {
    name: 'PINGONE_MOCK_LOG_LEVEL',
    flag: '--log-level',
    default: 'info',
    meaning: 'least level that is logged',
    ...kinds.choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  },
  hideSecrets: { name: 'PINGONE_MOCK_HIDE_SECRETS', default: false, meaning: 'leave secrets out of log and journal', ...kinds.onOrOff },
  json: { flag: '--json', bare: 'on', default: false, meaning: 'one JSON line per event on stdout, "ready" first', ...kinds.onOrOff },
};

/** The table's rows, in its order. */
export const settingRows = Object.entries(settingTable) as [keyof Settings, Setting<unknown>][];

/** What holds where nothing is told. */
export const defaultSettings = Object.freeze(
  Object.fromEntries(settingRows.map(([member, row]) => [member, row.default])),
) as unknown as Settings;
