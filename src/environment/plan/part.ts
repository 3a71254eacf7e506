import { createRecent, type Recent } from '../../lib/collections/recent.js';
import type { Environment } from '../context.js';

/**
 * A part of the plan by which requests are answered: compiled from the configuration when it is first needed, and then only
 * read, until the configuration changes. Returns at once what is compiled, so that no request waits for it.
 * @param input what the part is for, as the id of an application; it may come from a client
 */
export type Part<T, Input = string> = (environment: Environment, input: Input) => T | Promise<T>;

/** What is compiled from one environment, in one state of its configuration. */
interface Compiled<T> {
  readonly version: number;
  readonly parts: Recent<T>;
}

/** Keys may come from clients, and must not fill the memory. */
const rememberedParts = 256;
const longestKey = 1024;

/**
 * Declares a part of the plan. What `compile` reads must be configuration, as `Store.configuration` understands it: neither
 * users, nor clocks, nor anything with a lifetime. Its input must be ids and texts: an item may be older than the state.
 * @param keyOf a text that is another for every other input
 */
export function definePart<T extends object>(compile: (environment: Environment, input: string) => Promise<T>): Part<T>;
export function definePart<T extends object, Input>(
  compile: (environment: Environment, input: Input) => Promise<T>,
  keyOf: (input: Input) => string,
): Part<T, Input>;
export function definePart<T extends object, Input>(
  compile: (environment: Environment, input: Input) => Promise<T>,
  keyOf: (input: Input) => string = String,
): Part<T, Input> {
  const known = new WeakMap<Environment, Compiled<T>>();
  const compileNow = async (environment: Environment, input: Input, key: string, { version, parts }: Compiled<T>): Promise<T> => {
    const part = await compile(environment, input);
    // Changed meanwhile: this request continues with what it has read, and the next one compiles again.
    if (environment.store.configuration.version === version && key.length <= longestKey) parts.set(key, part);
    return part;
  };
  return (environment, input) => {
    const key = keyOf(input);
    const { version } = environment.store.configuration;
    let compiled = known.get(environment);
    if (compiled?.version !== version) {
      compiled = { version, parts: createRecent(rememberedParts) };
      known.set(environment, compiled);
    }
    return compiled.parts.get(key) ?? compileNow(environment, input, key, compiled);
  };
}
