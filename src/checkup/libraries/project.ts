import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, membersOf, parseJson } from '../../lib/unknown.js';

const manifests = ['go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'requirements.txt', 'pyproject.toml', 'Gemfile'] as const;

/** In bytes, and in lines: no real manifest is larger. */
const largest = 1_048_576;
const mostLines = 5000;

/** The beginning of a file; empty where there is none that can be read. */
function textOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const bytes = Buffer.alloc(largest);
    return bytes.subarray(0, readSync(file, bytes, 0, largest, 0)).toString();
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function packagesOf(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    return [];
  }
  const { dependencies, devDependencies } = membersOf(parsed);
  return [dependencies, devDependencies]
    .filter(isObject)
    .flatMap((members) => Object.entries(members).map(([name, version]) => `package.json ${name}@${String(version)}`));
}

const projectsIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.csproj'));
  } catch {
    return [];
  }
};

/** What the project in a folder declares that it needs, one line for each: `package.json openid-client@^6.8.0`. Nothing else of it is read. */
export const declaredIn = (folder: string): string[] => [
  ...packagesOf(textOf(join(folder, 'package.json'))),
  ...[...manifests, ...projectsIn(folder).slice(0, 5)].flatMap((name) =>
    textOf(join(folder, name))
      .split('\n', mostLines)
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => `${name} ${line}`),
  ),
];
