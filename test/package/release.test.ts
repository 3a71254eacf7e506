import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';

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

t.test('every tag of the image that the documents and examples name is one that the release of this version makes', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const [major = '', minor = ''] = version.split('.');
  // As the workflow says: no tag of the major version alone before 1.0.0.
  const made = new Set([version, `${major}.${minor}`, 'latest', ...(major === '0' ? [] : [major])]);
  const named = [
    'README.md',
    'compose.yaml',
    ...readdirSync('docs').map((name) => `docs/${name}`),
    ...readdirSync('examples/ci').map((name) => `examples/ci/${name}`),
  ]
    .filter((path) => /\.(md|ya?ml)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/ghcr\.io\/pingone-mock\/pingone-mock:([\w.-]*\w)/g)].map(
        ([, tag = '']) => [path, tag] as const,
      ),
    );
  t.ok(named.length > 5);
  for (const [path, tag] of named) t.ok(made.has(tag), `${path}: ${tag}`);
});

t.test('the list of parts names each library that is built in, with its licence, and is a file of the release', async (t) => {
  t.match(commands.join('\n'), /gh release create .* dist\/sbom\.cdx\.json$/m);
  const { bomFormat, metadata, components } = JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8')) as {
    bomFormat: string;
    metadata: { component: { name: string } };
    components: { name: string; version: string; purl: string; licenses: [{ license: { id: string } }] }[];
  };
  t.match([bomFormat, metadata.component.name], ['CycloneDX', 'pingone-mock']);
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES', 'utf8');
  const builtIn = [...notices.matchAll(/^-+\n\n(\S+ \d\S* \(.+\))$/gm)].map(([, line]) => line);
  t.ok(builtIn.length > 10);
  t.same(
    components.map(({ name, version, licenses }) => `${name} ${version} (${licenses[0].license.id})`),
    builtIn,
  );
  for (const { name, version, purl } of components) t.equal(decodeURIComponent(purl), `pkg:npm/${name}@${version}`);
});
