import { Call, Counts, type Library, type Returned } from './call.js';
import { coreLibrary } from './library-core.js';
import { cryptoLibrary } from './library-crypto.js';
import { dataLibrary } from './library-data.js';
import { datetimeLibrary } from './library-datetime.js';
import { regexLibrary } from './library-regex.js';
import { stringLibrary } from './library-string.js';
import { Budget } from './limits.js';

const libraries = {
  string: stringLibrary,
  data: dataLibrary,
  datetime: datetimeLibrary,
  regex: regexLibrary,
  crypto: cryptoLibrary,
  core: coreLibrary,
} satisfies Record<string, Library>;

/** The functions of every library, by their full names: `string.trim`. */
const functions = new Map<string, (call: Call) => Returned>(
  Object.entries(libraries).flatMap(([library, members]) =>
    Object.entries(members).map(([name, run]) => [`${library}.${name}`, run] as const),
  ),
);

/** The libraries, as errors name them. */
export const libraryNames = Object.keys(libraries)
  .map((name) => `#${name}`)
  .join(', ');

/** The full names of all functions: `string.trim`. */
export const functionNames: readonly string[] = [...functions.keys()];

export const isLibrary = (name: string): boolean => Object.hasOwn(libraries, name);
export const isFunction = (name: string): boolean => functions.has(name);
/** The function of this full name. */
export const functionOf = (name: string): ((call: Call) => Returned) | undefined => functions.get(name);

/** A call that only finds out how many arguments there should be. */
class Counting extends Call {
  override count(least: number, most = least): never {
    throw new Counts(this.name, least, most);
  }
}

/** How many arguments the function of this full name takes. */
export function countsOf(name: string): Counts | undefined {
  try {
    functionOf(name)?.(new Counting(name, [], new Budget(), 0));
  } catch (counts) {
    if (counts instanceof Counts) return counts;
    throw counts;
  }
  return undefined;
}
