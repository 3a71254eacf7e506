// Makes the table in docs/tools.md of what Terraform's resource types can do, from the routes of the server, and the part of
// docs/verify.md about the rows of tools/fidelity that `pingone-mock verify` asks about. Compiles first if a source is newer.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { terraformTable, withTable } from './terraform-table.mjs';
import { coverageText, source } from './verify-coverage.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const library = new URL('../build/src/index.js', import.meta.url);
const files = ['src', 'tools/fidelity'].flatMap((folder) => readdirSync(folder, { recursive: true }).map((path) => `${folder}/${path}`));
const changed = Math.max(...files.map((path) => statSync(path).mtimeMs));
if (!existsSync(library) || statSync(library).mtimeMs < changed) execSync('npm run --silent compile', { stdio: 'inherit' });

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { startMock } = await import(library);
const mock = await startMock();
const { paths } = await (await fetch(`${mock.url}/__mock/v1/openapi.json`)).json();
await mock.close();

const replayed = new Set(read('test/clients/terraform.json').create.map(({ type }) => type));
const table = terraformTable(read('tools/terraform-resources.json').types, paths, replayed);
writeFileSync('docs/tools.md', withTable(readFileSync('docs/tools.md', 'utf8'), table));

const ofVerify = (file) => import(new URL(`../build/src/cli/verify/${file}.js`, import.meta.url));
const { coverageOf, showCoverage } = await ofVerify('coverage');
const coverage = coverageOf([...(await ofVerify('read-facts')).readFacts, ...(await ofVerify('write-facts')).writeFacts]);
const part = coverageText(coverage, showCoverage(coverage));
writeFileSync('docs/verify.md', withTable(readFileSync('docs/verify.md', 'utf8'), part, source));
