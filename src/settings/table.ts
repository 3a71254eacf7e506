import type { Kind } from './kinds.js';
import * as kinds from './kinds.js';

interface Row<Default> {
  readonly variable?: string;
  readonly flag?: string;
  /** The value of the flag when it is given without one. */
  readonly bare?: string;
  readonly default: Default;
  readonly meaning: string;
}

/** One setting; `T` includes undefined if the setting may be left unset. */
export type Setting<T> = Row<T> & Kind<Exclude<T, undefined>>;

/** The default is a value of the kind, or undefined. */
const setting = <T, const Default extends T | undefined>(kind: Kind<T>, row: Row<Default>) =>
  ({ ...row, ...kind }) as unknown as Setting<Default extends undefined ? T | undefined : T>;

/** Every setting. Help, warnings and the library's defaults come from here. */
const settingTable = {
  port: setting(kinds.wholeNumber(0, 65535), {
    variable: 'PINGONE_MOCK_PORT',
    flag: '--port',
    default: 9400,
    meaning: 'HTTP port; 0: any free port',
  }),
  host: setting(kinds.host, { variable: 'PINGONE_MOCK_HOST', flag: '--host', default: '127.0.0.1', meaning: 'address to listen on' }),
  config: setting(kinds.anyText, { variable: 'PINGONE_MOCK_CONFIG', default: undefined, meaning: 'seed as inline JSON' }),
  configFile: setting(kinds.file, {
    variable: 'PINGONE_MOCK_CONFIG_FILE',
    flag: '--config',
    default: undefined,
    meaning: 'seed: a JSON file, a folder or a URL',
  }),
  seedFolder: setting(kinds.folder, {
    variable: 'PINGONE_MOCK_SEED_DIR',
    default: undefined,
    meaning: 'seed folder: every *.json in name order, merged by id',
  }),
  /** How often a seed's URL is checked for changes; 0: never. */
  seedPollSeconds: setting(kinds.wholeNumber(0, 86_400), {
    variable: 'PINGONE_MOCK_SEED_POLL',
    default: 30,
    meaning: 'seconds between checks of a seed’s URL; 0: never',
  }),
  dataFolder: setting(kinds.folder, {
    variable: 'PINGONE_MOCK_DATA',
    flag: '--data',
    default: undefined,
    meaning: 'folder in which to keep all data',
  }),
  store: setting(kinds.storeAddress, {
    variable: 'PINGONE_MOCK_STORE',
    flag: '--store',
    default: undefined,
    meaning: 'Redis or Valkey in which replicas keep what they share',
  }),
  /** Begins every key in the store: fleets with different ones know nothing of each other. */
  storePrefix: setting(kinds.storePrefix, {
    variable: 'PINGONE_MOCK_STORE_PREFIX',
    default: 'pingone-mock',
    meaning: 'beginning of every key in the store, one for each fleet',
  }),
  workers: setting(kinds.countOrAuto(128), {
    variable: 'PINGONE_MOCK_WORKERS',
    flag: '--workers',
    default: 1,
    meaning: 'processes that serve; auto: one for each core',
  }),
  environmentId: setting(kinds.uuid, {
    variable: 'PINGONE_MOCK_ENV_ID',
    flag: '--env-id',
    default: undefined,
    meaning: 'id of the default environment',
  }),
  autoLogin: setting(kinds.userName, {
    variable: 'PINGONE_MOCK_AUTO_LOGIN',
    flag: '--auto-login',
    default: undefined,
    meaning: 'sign this user on without a page',
  }),
  /** Who plays the identity providers of each type: `someone-else`, `real`, or an address with /authorize, /token and /userinfo below it. */
  identityProviders: setting(kinds.providerAddresses, {
    variable: 'PINGONE_MOCK_IDENTITY_PROVIDERS',
    default: {},
    meaning: 'who plays external identity providers, by type',
  }),
  codeLifetimeSeconds: setting(kinds.wholeNumber(1, 31_536_000), {
    variable: 'PINGONE_MOCK_CODE_LIFETIME',
    flag: '--code-lifetime',
    default: 600,
    meaning: 'lifetime of authorization codes, in seconds',
  }),
  randomSeed: setting(kinds.anyText, {
    variable: 'PINGONE_MOCK_RANDOM_SEED',
    flag: '--random-seed',
    default: undefined,
    meaning: 'any text: get the same ids and codes at every start',
  }),
  keyFile: setting(kinds.file, { variable: 'PINGONE_MOCK_KEY_FILE', default: undefined, meaning: 'signing keys: a JWK set' }),
  baseUrl: setting(kinds.baseUrl, {
    variable: 'PINGONE_MOCK_BASE_URL',
    flag: '--base-url',
    default: undefined,
    meaning: 'fixed public URL (default: from the Host header)',
  }),
  backchannel: setting(kinds.choice('off', 'dynamic'), {
    variable: 'PINGONE_MOCK_BACKCHANNEL',
    default: 'off',
    meaning: 'dynamic: back-channel URLs follow the Host header',
  }),
  trustProxy: setting(kinds.trustedProxies, {
    variable: 'PINGONE_MOCK_TRUST_PROXY',
    default: false,
    meaning: 'trust Forwarded headers from every proxy, or from these',
  }),
  /** The environment id of each host name; undefined: the first environment. */
  customDomains: setting(kinds.customDomains, {
    variable: 'PINGONE_MOCK_CUSTOM_DOMAINS',
    default: {},
    meaning: 'host names whose paths omit the environment id',
  }),
  allowedHosts: setting(kinds.hostPatterns, {
    variable: 'PINGONE_MOCK_ALLOWED_HOSTS',
    default: [],
    meaning: 'additional host names; *.name: all below; *: every name',
  }),
  allowedOrigins: setting(kinds.origins, {
    variable: 'PINGONE_MOCK_ALLOWED_ORIGINS',
    default: [],
    meaning: 'additional origins whose pages may call it; *: all',
  }),
  https: setting(kinds.choice('off', 'on', 'only'), {
    variable: 'PINGONE_MOCK_HTTPS',
    flag: '--https',
    bare: 'on',
    default: 'off',
    meaning: 'HTTPS: on beside HTTP, or only (default: off)',
  }),
  httpsPort: setting(kinds.wholeNumber(0, 65535), {
    variable: 'PINGONE_MOCK_HTTPS_PORT',
    flag: '--https-port',
    default: 9443,
    meaning: 'HTTPS port',
  }),
  tlsCert: setting(kinds.file, {
    variable: 'PINGONE_MOCK_TLS_CERT',
    flag: '--tls-cert',
    default: undefined,
    meaning: 'your certificate chain: a PEM file',
  }),
  tlsKey: setting(kinds.file, {
    variable: 'PINGONE_MOCK_TLS_KEY',
    flag: '--tls-key',
    default: undefined,
    meaning: 'its private key: a PEM file',
  }),
  tlsHosts: setting(kinds.hosts, {
    variable: 'PINGONE_MOCK_TLS_HOSTS',
    flag: '--tls-hosts',
    default: [],
    meaning: 'additional names for the certificate',
  }),
  caFolder: setting(kinds.folder, {
    variable: 'PINGONE_MOCK_CA_DIR',
    flag: '--ca-dir',
    default: undefined,
    meaning: 'folder in which to keep the certificate authority',
  }),
  proxy: setting(kinds.onOrOff, {
    variable: 'PINGONE_MOCK_PROXY',
    flag: '--proxy',
    bare: 'on',
    default: false,
    meaning: 'CONNECT proxy on the HTTP port',
  }),
  filterParts: setting(kinds.onOrOff, {
    variable: 'PINGONE_MOCK_FILTER_PARTS',
    default: false,
    meaning: 'allow the filter operators ew and co',
  }),
  inspector: setting(kinds.onOrOff, {
    variable: 'PINGONE_MOCK_INSPECTOR',
    flag: '--inspector',
    bare: 'on',
    default: true,
    meaning: 'the inspector at /__mock/',
  }),
  admin: setting(kinds.onOrOff, {
    variable: 'PINGONE_MOCK_ADMIN',
    flag: '--admin',
    bare: 'on',
    default: true,
    meaning: 'the control API at /__mock/v1',
  }),
  logFormat: setting(kinds.choice('pretty', 'json', 'off'), {
    variable: 'PINGONE_MOCK_LOG',
    flag: '--log',
    default: 'json',
    meaning: 'log format; default: pretty on a terminal, else json',
  }),
  logLevel: setting(kinds.choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    variable: 'PINGONE_MOCK_LOG_LEVEL',
    flag: '--log-level',
    default: 'info',
    meaning: 'minimum log level',
  }),
  hideSecrets: setting(kinds.onOrOff, {
    variable: 'PINGONE_MOCK_HIDE_SECRETS',
    default: false,
    meaning: 'hide secrets in log, journal and inspector',
  }),
  json: setting(kinds.onOrOff, { flag: '--json', bare: 'on', default: false, meaning: 'one JSON line per event on stdout, "ready" first' }),
} as const;

/** All settings, whether from flags, variables, files or a program that embeds the server. */
export type Settings = {
  readonly [Member in keyof typeof settingTable]: (typeof settingTable)[Member] extends Setting<infer T> ? T : never;
};

export const settingRows = Object.entries(settingTable) as [keyof Settings, Setting<unknown>][];

export const defaultSettings = Object.freeze(
  Object.fromEntries(settingRows.map(([member, row]) => [member, row.default])),
) as unknown as Settings;
