// The libraries that are built into the package: their licences, and the list of parts (SBOM).
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

/** The folders of the libraries in these bundles, by esbuild's metafiles. */
function foldersIn(metafiles) {
  // Only what is in an output: what was read and dropped does not count.
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
  return [...new Set(inputs.map(packageFolderOf))].filter((folder) => folder !== undefined).sort();
}

/** What THIRD-PARTY-NOTICES says: name, version and licence of each library in these bundles. */
export const noticesOf = (metafiles) =>
  ['The package contains these libraries.\n', ...foldersIn(metafiles).map(noticeOf)].join(`\n${'-'.repeat(80)}\n\n`);

const componentOf = ({ name, version, license }, type) => ({
  type,
  'bom-ref': `${name}@${version}`,
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  licenses: [{ license: { id: license } }],
});

/**
 * The same list as a CycloneDX 1.5 document. `npm sbom` lists what is installed, not what is built in, and leaves out what
 * development tools need as well.
 */
export const partsOf = (metafiles, self) => ({
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: componentOf(self, 'application') },
  components: foldersIn(metafiles).map((folder) => componentOf(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')), 'library')),
});
