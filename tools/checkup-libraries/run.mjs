// npm run checkup:libraries [-- NAME…]: checks a small relying party for each client library, and writes the table in docs/checkup.md.
// With names it checks only those, and prints the findings instead. The libraries are installed into a temporary folder
// (CHECKUP_LIBRARIES names one to keep), for none of them is a dependency of this project.
import { execFileSync, fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groups } from '../../build/src/checkup/types.js';
import { startMock } from '../../build/src/index.js';
import { libraries } from './libraries.mjs';
import { cardOf, unexplained, withCard } from './table.mjs';

const page = new URL('../../docs/checkup.md', import.meta.url);
const named = process.argv.slice(2);
const log = process.env.CHECKUP_LIBRARIES_LOG ? 'inherit' : 'ignore';
const print = (line) => process.stdout.write(`${line}\n`);

/** Installs what is missing, and puts the applications where they find it. */
function install(folder, chosen) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const packages = new Set(['express', ...chosen.flatMap((library) => [library.package, ...(library.needs ?? [])])]);
  const missing = [...packages].filter((name) => !existsSync(join(folder, 'node_modules', name.replace(/@npm:.*/, ''))));
  const options = ['--no-audit', '--no-fund', '--silent', '--ignore-scripts'];
  if (missing.length > 0) execFileSync('npm', ['install', ...options, ...missing], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  cpSync(new URL('apps', import.meta.url), join(folder, 'apps'), { recursive: true });
}

const versionIn = (folder, name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;

/** The next message of a process; it fails if the process ends first. */
const messageOf = (child) =>
  new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`the application ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });

/** Starts the application of a library as a client of the mock. `base` is its address. */
async function start(library, folder, mock) {
  const client = await mock.apps.get(library.browser ? 'Demo SPA' : 'Demo Web');
  const env = { ...process.env, ISSUER: mock.issuer, CLIENT_ID: client.id, CLIENT_SECRET: client.secret ?? '' };
  const child = fork(join(folder, 'apps/serve.mjs'), [library.app ?? library.package], {
    cwd: folder,
    env,
    stdio: ['ignore', log, log, 'ipc'],
  });
  const { base } = await messageOf(child);
  const method = library.method && { tokenEndpointAuthMethod: library.method };
  await mock.apps.update(client.id, { redirectUris: [`${base}${library.callback}`], pkceEnforcement: 'OPTIONAL', ...method });
  child.send({ begin: true });
  await messageOf(child);
  return { base, child };
}

/** The findings of one library, at a mock of its own. */
async function check(library, folder) {
  const mock = await startMock();
  const { base, child } = await start(library, folder, mock);
  try {
    const only = groups.filter((group) => !library.notMeasured?.includes(group));
    return (await mock.checkup({ start: `${base}/login`, only, browser: library.browser ?? false })).findings;
  } finally {
    child.kill();
    await mock.close();
  }
}

const chosen = libraries.filter(({ package: name }) => named.length === 0 || named.includes(name));
const unknown = named.find((name) => libraries.every((library) => library.package !== name));
if (unknown !== undefined) throw new Error(`${unknown} is not among ${libraries.map((library) => library.package).join(', ')}`);
const folder = process.env.CHECKUP_LIBRARIES ?? mkdtempSync(join(tmpdir(), 'checkup-libraries-'));
try {
  install(folder, chosen);
  const rows = [];
  for (const library of chosen) {
    const findings = await check(library, folder);
    const row = { library, version: versionIn(folder, library.package), date: new Date().toISOString().slice(0, 10), findings };
    const open = unexplained(row);
    print(
      `${library.package} ${row.version}: ${open.length > 0 ? `not in the table, for no reason is known for ${open.join(', ')}` : 'measured'}`,
    );
    for (const { id, verdict, remark, ok } of findings)
      if (!ok || named.length > 0) print(`  ${ok ? ' ' : '✗'} ${id}: ${verdict}${remark === undefined ? '' : ` (${remark})`}`);
    if (open.length === 0) rows.push(row);
  }
  if (named.length === 0) writeFileSync(page, withCard(readFileSync(page, 'utf8'), cardOf(rows, groups)));
} finally {
  if (process.env.CHECKUP_LIBRARIES === undefined) rmSync(folder, { recursive: true, force: true });
}
