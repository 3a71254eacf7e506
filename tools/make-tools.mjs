// Makes the table in docs/tools.md of what Terraform's resource types can do, from the routes of the server, which it compiles
// if a source is newer than what was compiled.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { terraformTable, withTable } from './terraform-table.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const library = new URL('../build/src/index.js', import.meta.url);
const changed = Math.max(...readdirSync('src', { recursive: true }).map((path) => statSync(`src/${path}`).mtimeMs));
if (!existsSync(library) || statSync(library).mtimeMs < changed) execSync('npm run --silent compile', { stdio: 'inherit' });

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { startMock } = await import(library);
const mock = await startMock();
const { paths } = await (await fetch(`${mock.url}/__mock/v1/openapi.json`)).json();
await mock.close();

const replayed = new Set(read('test/clients/terraform.json').create.map(({ type }) => type));
const table = terraformTable(read('tools/terraform-resources.json').types, paths, replayed);
writeFileSync('docs/tools.md', withTable(readFileSync('docs/tools.md', 'utf8'), table));
