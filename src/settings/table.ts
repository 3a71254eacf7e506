import * as kinds from './kinds.js';

/** All settings, whether from flags, variables, files or a program that embeds the server. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly config: string | undefined;
  readonly configFile: string | undefined;
  readonly seedFolder: string | undefined;
  /** How often a seed's URL is checked for changes; 0: never. */
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
  /** The environment id of each host name; undefined: the first environment. */
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

export interface Setting<T> extends kinds.Kind<Exclude<T, undefined>> {
  readonly variable?: string;
  readonly flag?: string;
  /** The value of the flag when it stands alone. */
  readonly bare?: string;
  readonly default: T;
  readonly meaning: string;
}

/** Every setting. Help, warnings and the library's defaults come from here. */
const settingTable: { readonly [Member in keyof Settings]: Setting<Settings[Member]> } = {
  port: {
    variable: 'PINGONE_MOCK_PORT',
    flag: '--port',
    default: 9400,
    meaning: 'HTTP port; 0: any free port',
    ...kinds.wholeNumber(0, 65535),
  },
  host: { variable: 'PINGONE_MOCK_HOST', flag: '--host', default: '127.0.0.1', meaning: 'address to listen on', ...kinds.host },
  config: { variable: 'PINGONE_MOCK_CONFIG', default: undefined, meaning: 'seed as inline JSON', ...kinds.anyText },
  configFile: {
    variable: 'PINGONE_MOCK_CONFIG_FILE',
    flag: '--config',
    default: undefined,
    meaning: 'seed: a JSON file, a folder or a URL',
    ...kinds.file,
  },
  seedFolder: {
    variable: 'PINGONE_MOCK_SEED_DIR',
    default: undefined,
    meaning: 'seed folder: every *.json in name order, merged by id',
    ...kinds.folder,
  },
  seedPollSeconds: {
    variable: 'PINGONE_MOCK_SEED_POLL',
    default: 30,
    meaning: 'seconds between checks of a seed’s URL; 0: never',
    ...kinds.wholeNumber(0, 86_400),
  },
  dataFolder: {
    variable: 'PINGONE_MOCK_DATA',
    flag: '--data',
    default: undefined,
    meaning: 'folder in which to keep all data',
    ...kinds.folder,
  },
  environmentId: {
    variable: 'PINGONE_MOCK_ENV_ID',
    flag: '--env-id',
    default: undefined,
    meaning: 'id of the default environment',
    ...kinds.uuid,
  },
  autoLogin: {
    variable: 'PINGONE_MOCK_AUTO_LOGIN',
    flag: '--auto-login',
    default: undefined,
    meaning: 'sign this user on without a page',
    ...kinds.userName,
  },
  codeLifetimeSeconds: {
    variable: 'PINGONE_MOCK_CODE_LIFETIME',
    flag: '--code-lifetime',
    default: 600,
    meaning: 'lifetime of authorization codes, in seconds',
    ...kinds.wholeNumber(1, 31_536_000),
  },
  randomSeed: {
    variable: 'PINGONE_MOCK_RANDOM_SEED',
    flag: '--random-seed',
    default: undefined,
    meaning: 'any text: repeat the same ids and codes each time',
    ...kinds.anyText,
  },
  keyFile: { variable: 'PINGONE_MOCK_KEY_FILE', default: undefined, meaning: 'signing keys: a JWK set', ...kinds.file },
  baseUrl: {
    variable: 'PINGONE_MOCK_BASE_URL',
    flag: '--base-url',
    default: undefined,
    meaning: 'fixed public URL (default: from the Host header)',
    ...kinds.baseUrl,
  },
  backchannel: {
    variable: 'PINGONE_MOCK_BACKCHANNEL',
    default: 'off',
    meaning: 'dynamic: back-channel URLs follow the Host header',
    ...kinds.choice('off', 'dynamic'),
  },
  trustProxy: {
    variable: 'PINGONE_MOCK_TRUST_PROXY',
    default: false,
    meaning: 'trust Forwarded headers from every proxy, or from these',
    ...kinds.trustedProxies,
  },
  customDomains: {
    variable: 'PINGONE_MOCK_CUSTOM_DOMAINS',
    default: {},
    meaning: 'host names whose paths omit the environment id',
    ...kinds.customDomains,
  },
  allowedHosts: { variable: 'PINGONE_MOCK_ALLOWED_HOSTS', default: [], meaning: 'additional host names for /__mock', ...kinds.hosts },
  https: {
    variable: 'PINGONE_MOCK_HTTPS',
    flag: '--https',
    bare: 'on',
    default: 'off',
    meaning: 'HTTPS: on beside HTTP, or only (default: off)',
    ...kinds.choice('off', 'on', 'only'),
  },
  httpsPort: {
    variable: 'PINGONE_MOCK_HTTPS_PORT',
    flag: '--https-port',
    default: 9443,
    meaning: 'HTTPS port',
    ...kinds.wholeNumber(0, 65535),
  },
  tlsCert: {
    variable: 'PINGONE_MOCK_TLS_CERT',
    flag: '--tls-cert',
    default: undefined,
    meaning: 'your certificate chain: a PEM file',
    ...kinds.file,
  },
  tlsKey: {
    variable: 'PINGONE_MOCK_TLS_KEY',
    flag: '--tls-key',
    default: undefined,
    meaning: 'its private key: a PEM file',
    ...kinds.file,
  },
  tlsHosts: {
    variable: 'PINGONE_MOCK_TLS_HOSTS',
    flag: '--tls-hosts',
    default: [],
    meaning: 'additional names for the certificate',
    ...kinds.hosts,
  },
  caFolder: {
    variable: 'PINGONE_MOCK_CA_DIR',
    flag: '--ca-dir',
    default: undefined,
    meaning: 'folder in which to keep the certificate authority',
    ...kinds.folder,
  },
  proxy: {
    variable: 'PINGONE_MOCK_PROXY',
    flag: '--proxy',
    bare: 'on',
    default: false,
    meaning: 'CONNECT proxy on the HTTP port',
    ...kinds.onOrOff,
  },
  filterParts: {
    variable: 'PINGONE_MOCK_FILTER_PARTS',
    default: false,
    meaning: 'allow the filter operators ew and co',
    ...kinds.onOrOff,
  },
  inspector: {
    variable: 'PINGONE_MOCK_INSPECTOR',
    flag: '--inspector',
    bare: 'on',
    default: true,
    meaning: 'the inspector at /__mock/',
    ...kinds.onOrOff,
  },
  admin: {
    variable: 'PINGONE_MOCK_ADMIN',
    flag: '--admin',
    bare: 'on',
    default: true,
    meaning: 'the control API at /__mock/v1',
    ...kinds.onOrOff,
  },
  logFormat: {
    variable: 'PINGONE_MOCK_LOG',
    flag: '--log',
    default: 'json',
    meaning: 'log format; default: pretty on a terminal, else json',
    ...kinds.choice('pretty', 'json', 'off'),
  },
  logLevel: {
    variable: 'PINGONE_MOCK_LOG_LEVEL',
    flag: '--log-level',
    default: 'info',
    meaning: 'minimum log level',
    ...kinds.choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  },
  hideSecrets: { variable: 'PINGONE_MOCK_HIDE_SECRETS', default: false, meaning: 'hide secrets in log and journal', ...kinds.onOrOff },
  json: { flag: '--json', bare: 'on', default: false, meaning: 'one JSON line per event on stdout, "ready" first', ...kinds.onOrOff },
};

export const settingRows = Object.entries(settingTable) as [keyof Settings, Setting<unknown>][];

export const defaultSettings = Object.freeze(
  Object.fromEntries(settingRows.map(([member, row]) => [member, row.default])),
) as unknown as Settings;
