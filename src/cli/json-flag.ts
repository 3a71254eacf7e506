import { isObject, parseJson } from '../lib/unknown.js';
import { SettingsError } from '../settings/read.js';

/**
 * The JSON object of a flag; undefined if the flag is not given.
 * @throws {SettingsError} if it is not one, with an example
 */
export function readObject(flag: string, text: string | undefined, example: string): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  throw new SettingsError(`${flag} is ${JSON.stringify(text)}; expected a JSON object, such as ${example}`);
}
