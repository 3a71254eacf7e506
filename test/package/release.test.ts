import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { runChild } from '../helpers/child.js';

interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}
const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as { jobs: Readonly<Record<'package' | 'image', Job>> };
const commands = jobs.package.steps.flatMap(({ run }) => run ?? []);

t.test('a release publishes the package with provenance, once the checks have passed', async (t) => {
  t.match(jobs.package, { needs: 'check', permissions: { 'id-token': 'write' } });
  t.ok(commands.includes('npm publish --provenance --access public'));
  const image = jobs.image.steps.find(({ with: options }) => options?.platforms !== undefined);
  t.match(image?.with, { platforms: 'linux/amd64,linux/arm64', sbom: true, provenance: 'mode=max' });
});

t.test('the list of parts of a release names each library that is built in', async (t) => {
  const [list = ''] = commands.flatMap((command) => /^(npm sbom .*) >/.exec(command)?.[1] ?? []);
  const { code, output } = await runChild('bash', ['-c', list]);
  t.equal(code, 0);
  const { bomFormat, components } = JSON.parse(output) as { bomFormat: string; components: { purl: string }[] };
  t.equal(bomFormat, 'CycloneDX');
  const listed = new Set(components.map(({ purl }) => decodeURIComponent(purl.replace('pkg:npm/', ''))));
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES', 'utf8');
  const builtIn = [...notices.matchAll(/^-+\n\n(\S+) (\d\S*) \(/gm)].map(([, name, version]) => `${name}@${version}`);
  t.ok(builtIn.length > 10);
  for (const name of builtIn) t.ok(listed.has(name), name);
});
