import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTextFile } from '../../lib/text-file.js';
import { isObject, type Members, membersOf, parseJson } from '../../lib/unknown.js';
import { SettingsError } from '../../settings/read.js';
import { anyFramework, type Framework, frameworks } from './frameworks.js';

/** A project: its name, and the framework that its files name. */
export interface Project {
  readonly name: string;
  readonly framework: Framework;
}

function readPackage(path: string): Members {
  try {
    return membersOf(parseJson(readTextFile(path)));
  } catch (error) {
    throw new SettingsError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Build files of the JVM; the last two are Gradle's, in its two languages. */
const jvmFiles = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

/**
 * The framework of the project in a folder, by its package.json, pom.xml or build.gradle.
 * @throws {SettingsError} if one of them cannot be read
 */
export function findProject(folder: string): Project {
  const packageFile = join(folder, 'package.json');
  const described = existsSync(packageFile) ? readPackage(packageFile) : {};
  const depends = [described.dependencies, described.devDependencies].filter(isObject);
  const jvm = jvmFiles
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => readTextFile(path))
    .join('\n');
  const framework = frameworks.find(({ file, dependsOn }) =>
    dependsOn.some((name) => (file === 'jvm' ? jvm.includes(name) : depends.some((members) => Object.hasOwn(members, name)))),
  );
  const own = typeof described.name === 'string' ? described.name : basename(folder);
  return { name: own.replace(/^@[^/]*\//, '').slice(0, 200) || 'app', framework: framework ?? anyFramework };
}
