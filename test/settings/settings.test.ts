import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readTextFile } from '../../src/lib/text-file.js';
import { startServer } from '../../src/server/start.js';
import { defaultSettings, readSettings, type Settings, SettingsError } from '../../src/settings/read.js';
import { environmentId } from '../helpers/server.js';

type Env = Record<string, string>;

const files: Record<string, string> = { '/run/port': '9500\n', '/run/two': 'alice\n\n', '/run/crlf': 'alice\r\n', '/run/bad': 'many' };
const readFile = (path: string): string => {
  if (!(path in files)) throw new Error(`${path} does not exist`);
  return files[path] as string;
};
const read = (argv: string[], env: Env = {}) => {
  const { settings, warnings } = readSettings({ argv, env, readFile });
  return { settings, warnings };
};

t.test('without any settings the defaults apply, without a warning', async (t) => {
  t.same(read([]), { settings: defaultSettings, warnings: [] });
  t.match(defaultSettings, {
    port: 9400,
    host: '127.0.0.1',
    codeLifetimeSeconds: 600,
    https: 'off',
    httpsPort: 9443,
    proxy: false,
    admin: true,
  });
  t.throws(() => Object.assign(defaultSettings, { port: 1 }), 'nobody changes them for all');
});

t.test('settings are read from flags first, then from variables or files', async (t) => {
  const id = 'E0000000-0000-4000-8000-000000000009';
  const cases: [name: string, argv: string[], env: Env, expected: Partial<Settings>][] = [
    ['a flag', ['--port', '0'], {}, { port: 0 }],
    ['a flag with =', ['--port=1'], {}, { port: 1 }],
    ['a number of workers', ['--workers', '4'], {}, { workers: 4 }],
    ['as many workers as cores', [], { PINGONE_MOCK_WORKERS: 'AUTO' }, { workers: 'auto' }],
    ['a value with = in it', ['--random-seed=a=b'], {}, { randomSeed: 'a=b' }],
    ['a value that starts with a dash', ['--random-seed', '-1'], {}, { randomSeed: '-1' }],
    ['a variable', [], { PINGONE_MOCK_PORT: '9401' }, { port: 9401 }],
    ['a flag over a variable', ['--port', '1'], { PINGONE_MOCK_PORT: '2' }, { port: 1 }],
    ['a flag over a file', ['--port', '1'], { PINGONE_MOCK_PORT_FILE: '/run/port' }, { port: 1 }],
    ['a file', [], { PINGONE_MOCK_PORT_FILE: '/run/port' }, { port: 9500 }],
    ['one newline of a file is dropped, not two', [], { PINGONE_MOCK_AUTO_LOGIN_FILE: '/run/two' }, { autoLogin: 'alice\n' }],
    ['a newline of Windows', [], { PINGONE_MOCK_AUTO_LOGIN_FILE: '/run/crlf' }, { autoLogin: 'alice' }],
    ['PORT', [], { PORT: '8080' }, { port: 8080 }],
    ['the own variable over PORT', [], { PORT: '8080', PINGONE_MOCK_PORT: '8081' }, { port: 8081 }],
    ['the own file over PORT', [], { PORT: '8080', PINGONE_MOCK_PORT_FILE: '/run/port' }, { port: 9500 }],
    ['an empty variable is absent', [], { PINGONE_MOCK_PORT: '', PINGONE_MOCK_PORT_FILE: '/run/port', PORT: '' }, { port: 9500 }],
    ['the port that Kubernetes sets for a service of this name', [], { PINGONE_MOCK_PORT: 'tcp://10.0.0.1:9400' }, { port: 9400 }],
    ['the seed, inline', [], { PINGONE_MOCK_CONFIG: '{}' }, { config: '{}', configFile: undefined }],
    ['the seed, a file', [], { PINGONE_MOCK_CONFIG_FILE: 'seed.json' }, { config: undefined, configFile: 'seed.json' }],
    [
      'the seed, a file by flag over inline',
      ['--config', 'a.json'],
      { PINGONE_MOCK_CONFIG: '{}' },
      { config: undefined, configFile: 'a.json' },
    ],
    ['the seed, a folder', [], { PINGONE_MOCK_SEED_DIR: '/seed' }, { seedFolder: '/seed' }],
    ['a base URL loses its last slash', ['--base-url', 'HTTPS://Mock.example:443/p1/'], {}, { baseUrl: 'https://mock.example/p1' }],
    ['a base URL with a port', ['--base-url', 'http://pingone.localhost:9400'], {}, { baseUrl: 'http://pingone.localhost:9400' }],
    ['an IPv6 address in brackets', ['--host', '[::1]'], {}, { host: '::1' }],
    ['a host name', [], { PINGONE_MOCK_HOST: 'Pingone_1.local' }, { host: 'pingone_1.local' }],
    ['a flag that stands alone', ['--https', '--proxy'], {}, { https: 'on', proxy: true }],
    ['a value that starts with two dashes', ['--random-seed=--a'], {}, { randomSeed: '--a' }],
    ['a flag that may stand alone, with a value', ['--https', 'only', '--proxy', 'off'], {}, { https: 'only', proxy: false }],
    [
      'switches',
      [],
      { PINGONE_MOCK_PROXY: 'TRUE', PINGONE_MOCK_INSPECTOR: '0', PINGONE_MOCK_HIDE_SECRETS: 'yes' },
      { proxy: true, inspector: false, hideSecrets: true },
    ],
    ['proxies: all', [], { PINGONE_MOCK_TRUST_PROXY: 'on' }, { trustProxy: true }],
    ['proxies: some', [], { PINGONE_MOCK_TRUST_PROXY: '10.0.0.0/8, ::1' }, { trustProxy: ['10.0.0.0/8', '::1'] }],
    [
      'custom domains',
      [],
      { PINGONE_MOCK_CUSTOM_DOMAINS: `Auth.example.com=${id}, b.example` },
      { customDomains: { 'auth.example.com': id.toLowerCase(), 'b.example': undefined } },
    ],
    ['hosts', [], { PINGONE_MOCK_ALLOWED_HOSTS: 'a.example, B.example' }, { allowedHosts: ['a.example', 'b.example'] }],
    [
      'host patterns',
      [],
      { PINGONE_MOCK_ALLOWED_HOSTS: '*.A.example, *, [::1], münchen.example.com' },
      { allowedHosts: ['*.a.example', '*', '::1', 'xn--mnchen-3ya.example.com'] },
    ],
    [
      'origins',
      [],
      { PINGONE_MOCK_ALLOWED_ORIGINS: 'HTTPS://A.example.com:443/ http://b.example.com:81,*' },
      { allowedOrigins: ['https://a.example.com', 'http://b.example.com:81', '*'] },
    ],
    ['ids are lower case', [], { PINGONE_MOCK_ENV_ID: id }, { environmentId: id.toLowerCase() }],
    [
      'own certificate',
      [],
      { PINGONE_MOCK_TLS_CERT: 'c.pem', PINGONE_MOCK_TLS_KEY: 'k.pem', PINGONE_MOCK_HTTPS_PORT: '0' },
      { tlsCert: 'c.pem', tlsKey: 'k.pem', httpsPort: 0 },
    ],
    [
      'the rest',
      ['--data', 'd', '--code-lifetime', '60', '--log-level', 'debug'],
      { PINGONE_MOCK_KEY_FILE: 'k', PINGONE_MOCK_CA_DIR: 'ca', PINGONE_MOCK_BACKCHANNEL: 'dynamic' },
      { dataFolder: 'd', codeLifetimeSeconds: 60, logLevel: 'debug', keyFile: 'k', caFolder: 'ca', backchannel: 'dynamic' },
    ],
    ['--json asks for events', ['--json'], { PINGONE_MOCK_LOG: 'off' }, { json: true, logFormat: 'json' }],
    ['--json without events', ['--json', '--log', 'off'], {}, { json: true, logFormat: 'off' }],
  ];
  for (const [name, argv, env, expected] of cases)
    t.same(read(argv, env), { settings: { ...defaultSettings, ...expected }, warnings: [] }, name);

  const onTerminal = (argv: string[], env: Env = {}) => readSettings({ argv, env, terminal: true }).settings.logFormat;
  t.equal(onTerminal([]), 'pretty');
  t.equal(onTerminal(['--log', 'json']), 'json');
  t.equal(onTerminal([], { PINGONE_MOCK_LOG: 'json' }), 'json');
  t.equal(onTerminal(['--json']), 'json');
});

t.test('a warning names an unknown variable and the closest known one', async (t) => {
  const cases = [
    ['PINGONE_MOCK_PROT', 'PINGONE_MOCK_PORT'],
    ['PINGONE_MOCK_PROT_FILE', 'PINGONE_MOCK_PORT_FILE'],
    ['PINGONE_MOCK_AUTOLOGIN', 'PINGONE_MOCK_AUTO_LOGIN'],
    ['PINGONE_MOCK_DATA_DIR', 'PINGONE_MOCK_DATA'],
    ['PINGONE_MOCK_BASEURL', 'PINGONE_MOCK_BASE_URL'],
  ] as const;
  for (const [name, nearest] of cases) {
    const { warnings, settings } = read([], { [name]: 'x' });
    t.same(warnings, [`unknown variable ${name} is ignored; did you mean ${nearest}?`]);
    t.same(settings, defaultSettings);
  }
  const links = {
    PINGONE_MOCK_SERVICE_HOST: '10.0.0.1',
    PINGONE_MOCK_SERVICE_PORT_HTTP: '9400',
    PINGONE_MOCK_PORT_9400_TCP_ADDR: '10.0.0.1',
  };
  t.same(read([], { ...links, PINGONE_ENVIRONMENT_ID: 'x' }).warnings, [], 'what Kubernetes sets is not ours');
});

t.test('a setting that refers to a missing user or environment causes a warning at the start', async (t) => {
  const none = environmentId.replace(/1$/, '2');
  const cases: [settings: Partial<Settings>, warnings: string[]][] = [
    [{}, []],
    [{ autoLogin: 'Alice' }, []],
    [{ autoLogin: 'alise' }, ['PINGONE_MOCK_AUTO_LOGIN: there is no user "alise" in any environment; did you mean alice?']],
    [{ customDomains: { 'a.example': environmentId, 'b.example': undefined } }, []],
    [
      { customDomains: { 'a.example': none } },
      [
        `PINGONE_MOCK_CUSTOM_DOMAINS: a.example is mapped to environment ${none}, which does not exist; ` +
          `did you mean ${environmentId}?`,
      ],
    ],
  ];
  for (const [settings, warnings] of cases) {
    const server = await startServer({ ...defaultSettings, port: 0, ...settings });
    await server.close();
    t.same(server.warnings, warnings, JSON.stringify(settings));
  }
});

t.test('unusable settings are refused with one message', async (t) => {
  const cases: [argv: string[], env: Env, message: string][] = [
    [['--port', 'abc'], {}, '--port is "abc"; expected a whole number from 0 to 65535'],
    [['--port', '-1'], {}, '--port is "-1"; expected a whole number from 0 to 65535'],
    [[], { PINGONE_MOCK_PORT: '65536' }, 'PINGONE_MOCK_PORT is "65536"; expected a whole number from 0 to 65535'],
    [[], { PINGONE_MOCK_PORT: '1e3' }, 'PINGONE_MOCK_PORT is "1e3"; expected a whole number from 0 to 65535'],
    [[], { PORT: 'http' }, 'PORT is "http"; expected a whole number from 0 to 65535'],
    [[], { PINGONE_MOCK_CODE_LIFETIME: '0' }, 'PINGONE_MOCK_CODE_LIFETIME is "0"; expected a whole number from 1 to 31536000'],
    [[], { PINGONE_MOCK_LOG: 'loud' }, 'PINGONE_MOCK_LOG is "loud"; expected pretty, json or off'],
    [[], { PINGONE_MOCK_PROXY: 'constructor' }, 'PINGONE_MOCK_PROXY is "constructor"; expected on or off'],
    [
      [],
      { PINGONE_MOCK_HOST: 'localhost:9400' },
      'PINGONE_MOCK_HOST is "localhost:9400"; expected a host name or an IP address, without a port',
    ],
    [[], { PINGONE_MOCK_ENV_ID: 'demo' }, 'PINGONE_MOCK_ENV_ID is "demo"; expected a UUID'],
    [
      [],
      { PINGONE_MOCK_TRUST_PROXY: '10.0.0.0/33' },
      'PINGONE_MOCK_TRUST_PROXY is "10.0.0.0/33"; expected on, off, or IP addresses and networks (10.0.0.0/8), separated by commas',
    ],
    [
      [],
      { PINGONE_MOCK_ALLOWED_HOSTS: 'a b/c' },
      'PINGONE_MOCK_ALLOWED_HOSTS is "a b/c"; expected host names, *.name for all names below one, or * for all, separated by commas',
    ],
    ...['*.', '**', 'a.*.b', '*a', 'ä/b', 'https://a.example'].map((text): [string[], Env, string] => [
      [],
      { PINGONE_MOCK_ALLOWED_HOSTS: text },
      `PINGONE_MOCK_ALLOWED_HOSTS is ${JSON.stringify(text)}; expected host names, *.name for all names below one, or * for all, separated by commas`,
    ]),
    ...['app.example.com', 'https://a.example/x', 'https://*.a.example', 'null', 'ftp://a', 'https://a:99999'].map(
      (text): [string[], Env, string] => [
        [],
        { PINGONE_MOCK_ALLOWED_ORIGINS: text },
        `PINGONE_MOCK_ALLOWED_ORIGINS is ${JSON.stringify(text)}; expected origins such as https://app.example.com:8443, or * for all, separated by commas`,
      ],
    ),
    ...['a.example=demo', '=x', 'a=b=c', `a b/=${'e0000000-0000-4000-8000-000000000001'}`].map((text): [string[], Env, string] => [
      [],
      { PINGONE_MOCK_CUSTOM_DOMAINS: text },
      `PINGONE_MOCK_CUSTOM_DOMAINS is ${JSON.stringify(text)}; expected host names, each with the id of its environment (auth.example.com=UUID), separated by commas`,
    ]),
    [[], { PINGONE_MOCK_PORT_FILE: '/run/bad' }, 'PINGONE_MOCK_PORT_FILE (/run/bad) is "many"; expected a whole number from 0 to 65535'],
    [[], { PINGONE_MOCK_PORT_FILE: '/run/none' }, 'PINGONE_MOCK_PORT_FILE: /run/none does not exist'],
    [
      [],
      { PINGONE_MOCK_PORT: '1', PINGONE_MOCK_PORT_FILE: '/run/port' },
      'PINGONE_MOCK_PORT and PINGONE_MOCK_PORT_FILE are both set; set only one',
    ],
    [
      [],
      { PINGONE_MOCK_CONFIG: '{}', PINGONE_MOCK_CONFIG_FILE: 'a' },
      'PINGONE_MOCK_CONFIG and PINGONE_MOCK_CONFIG_FILE are both set; set only one',
    ],
    [['--tls-cert', 'c.pem'], {}, 'PINGONE_MOCK_TLS_CERT and PINGONE_MOCK_TLS_KEY go together; only one is set'],
    [['--https', '--port', '9443'], {}, 'PINGONE_MOCK_PORT and PINGONE_MOCK_HTTPS_PORT are both 9443; use two different ports'],
    [
      ['--workers', 'auto', '--data', 'folder', '--random-seed', 'a'],
      {},
      '--data (PINGONE_MOCK_DATA) does not go with --workers (PINGONE_MOCK_WORKERS): only one process can write the folder. Use one worker, or --store with a Redis that writes to disk\n--random-seed (PINGONE_MOCK_RANDOM_SEED) does not go with --workers (PINGONE_MOCK_WORKERS): all workers would issue the same codes',
    ],
    [['--workers', '0'], {}, '--workers is "0"; expected auto or a whole number from 1 to 128'],
    [['--workers=-1'], {}, '--workers is "-1"; expected auto or a whole number from 1 to 128'],
    [[], { PINGONE_MOCK_WORKERS: 'all' }, 'PINGONE_MOCK_WORKERS is "all"; expected auto or a whole number from 1 to 128'],
    [
      ['--store', 'redis://localhost', '--data', 'folder', '--random-seed', 'a'],
      {},
      '--data (PINGONE_MOCK_DATA) and --store (PINGONE_MOCK_STORE) are both set; set only one\n--random-seed (PINGONE_MOCK_RANDOM_SEED) does not go with --store (PINGONE_MOCK_STORE): all replicas would issue the same codes',
    ],
    [['--store', 'http://localhost'], {}, '--store has a scheme that is not known here; write redis:// or, with TLS, rediss://'],
    [['--prot', '1'], {}, 'unknown flag "--prot"; did you mean --port?\nunexpected argument "1"'],
    [['-p', '1'], {}, 'unknown flag "-p"; did you mean --port?\nunexpected argument "1"'],
    [['--', '--port'], {}, 'unknown flag "--port"; did you mean --port?'],
    [['--data'], {}, '--data needs a value: the path of a folder'],
    [['--data', '--json'], {}, '--data needs a value: the path of a folder'],
    [['--data='], {}, '--data is ""; expected the path of a folder'],
    [['--port', '1', '--port', '2'], {}, '--port is given twice'],
    [
      ['--port', 'a', '--log', 'b'],
      {},
      '--port is "a"; expected a whole number from 0 to 65535\n--log is "b"; expected pretty, json or off',
    ],
    [['--port', 'x'.repeat(100)], {}, `--port is "${'x'.repeat(57)}..."; expected a whole number from 0 to 65535`],
  ];
  for (const url of ['localhost:9400', 'ftp://a', 'http://a?', 'http://a#b', 'http://u:p@a', '//a', 'http://'])
    cases.push([
      ['--base-url', url],
      {},
      `--base-url is "${url}"; expected an http or https URL without query, fragment or user name, such as http://localhost:9400`,
    ]);
  for (const [argv, env, message] of cases) {
    try {
      read(argv, env);
      t.fail(`not refused: ${message}`);
    } catch (error) {
      t.ok(error instanceof SettingsError);
      t.equal((error as Error).message, message);
    }
  }
});

t.test('an unreadable file is reported with what to do', async (t) => {
  const folder = t.testdir({ seed: 'text', closed: {} });
  t.equal(readTextFile(join(folder, 'seed')), 'text');
  t.throws(() => readTextFile(join(folder, 'none')), { message: `${folder}/none does not exist` });
  t.throws(() => readTextFile(folder), { message: `${folder} is a folder, not a file` });
  if (process.getuid?.() === 0) return;
  writeFileSync(join(folder, 'secret'), 'x', { mode: 0o200 });
  t.throws(() => readTextFile(join(folder, 'secret')), {
    message: `${folder}/secret cannot be read by this user (its mode is 0200): run chmod a+r ${folder}/secret`,
  });
  mkdirSync(join(folder, 'shut'));
  chmodSync(join(folder, 'shut'), 0o000);
  t.teardown(() => chmodSync(join(folder, 'shut'), 0o755));
  t.throws(() => readTextFile(join(folder, 'shut/file')), /run chmod a\+x on the folders above it/);
});
