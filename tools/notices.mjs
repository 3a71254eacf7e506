// The licences of the libraries that are built into the package.
import { readdirSync, readFileSync } from 'node:fs';

const licenceFile = /^(licen[cs]e|copying)([.-].*)?$/i;

/** The folder of the package that a file belongs to; undefined for our own. */
const packageFolderOf = (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => licenceFile.test(each));
  const text =
    file === undefined ? `No licence file comes with it; its package.json says ${license}.` : readFileSync(`${folder}/${file}`, 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** What THIRD-PARTY-NOTICES says: name, version and licence of each library in these bundles, by esbuild's metafiles. */
export function noticesOf(metafiles) {
  // Only what is in an output: what was read and dropped does not count.
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
  const folders = [...new Set(inputs.map(packageFolderOf))].filter((folder) => folder !== undefined).sort();
  return ['The package contains these libraries.\n', ...folders.map(noticeOf)].join(`\n${'-'.repeat(80)}\n\n`);
}
