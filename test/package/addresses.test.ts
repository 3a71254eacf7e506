import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { proxiedHosts } from '../../src/server/tls/names.js';
import { defaultSettings, type Settings } from '../../src/settings/read.js';
import { buildTestServer, environmentId } from '../helpers/server.js';

// Every address in the documents and examples must answer under the Host rule.

const sources = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'compose.yaml',
  'docs',
  'examples',
  'src/cli',
  'src/inspector/pages',
];

/** The files below a path, without installed packages. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return /package-lock\.json$|\.(png|svg)$/.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => (name === 'node_modules' ? [] : filesIn(join(path, name))));
}

/** What a URL that leads to the mock contains: its ports in examples, its paths, PingOne's hosts. */
const ofTheMock = /:(9400|9443|49153|54321)(?!\d)|\/as(\/|$)|\/__mock|\/healthz|\/\/[a-z-]+\.pingone\./;

/** The settings under which the documents give an address. */
const settingsFor: Readonly<Record<string, Partial<Settings>>> = {
  'auth.example.com': { customDomains: { 'auth.example.com': environmentId } },
};

const addresses = new Map<string, string>();
for (const file of sources.flatMap(filesIn)) {
  const text = readFileSync(file, 'utf8');
  for (const [url] of text.matchAll(/https?:\/\/[A-Za-z0-9[\]._-]+(:\d+)?(\/[^\s"'`)|<>]*)?/g))
    if (ofTheMock.test(url)) addresses.set(new URL(url.replace(/[{}….]+$/, '')).host, file);
  // The names that containers have for it: aliases of compose files and of GitLab's services.
  for (const [, list = ''] of text.matchAll(/alias(?:es)?: *\[?([\w.", -]+)/g))
    for (const name of list.split(/[", ]+/).filter((each) => each !== '')) addresses.set(name, file);
}

t.test('every address in documents and examples is served', async (t) => {
  for (const expected of [
    'localhost:9400',
    'localhost:9443',
    'pingone:9400',
    'pingone',
    'pingone.localhost:9400',
    'auth.pingone.com',
    'auth.example.com',
  ])
    t.ok(addresses.has(expected), `${expected} was found`);
  const plain = await buildTestServer(t);
  for (const [host, file] of addresses) {
    const settings = settingsFor[host];
    const { app } = settings ? await buildTestServer(t, settings) : plain;
    for (const url of [`/${environmentId}/as/jwks`, '/__mock/'])
      t.not((await app.inject({ url, headers: { host } })).statusCode, 421, `${host}${url}, in ${file}`);
  }
});

t.test('every host that the CONNECT proxy leads to is served', async (t) => {
  const settings: Settings = {
    ...defaultSettings,
    proxy: true,
    baseUrl: 'https://sso.example.com',
    tlsHosts: ['sso.example.org', 'Tls.Example.NET.'],
    customDomains: { 'auth.example.com': environmentId },
  };
  const { app } = await buildTestServer(t, settings);
  const hosts = proxiedHosts(settings);
  t.ok(hosts.size > 24);
  for (const host of hosts) t.not((await app.inject({ url: `/${environmentId}/as/jwks`, headers: { host } })).statusCode, 421, host);
});
