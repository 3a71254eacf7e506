import { SeedError } from '../../configuration/seed/index.js';
import { compileShape, type Schema } from '../../lib/schema/compile.js';
import { expectations, pathOf, unknownFirst } from '../../lib/schema/expectations.js';
import type { Infer } from '../../lib/schema/types.js';
import type { Target } from './target.js';

/** A tool that an agent may call. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** The JSON Schema of its arguments. */
  readonly input: Schema;
  /** Whether it leaves the mock as it is. */
  readonly readOnly: boolean;
  /** @throws {Error} if the arguments do not match the schema, or the mock refuses */
  call(given: unknown, target: Target, signal: AbortSignal): Promise<unknown>;
}

interface ToolRow<S extends Schema> {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  readonly readOnly?: true;
  run(given: Infer<S>, target: Target, signal: AbortSignal): Promise<unknown> | unknown;
}

/** A row of the table of tools. Its arguments are checked before it runs, and members that it does not know are refused. */
export function tool<const S extends Schema>({ name, description, input, readOnly, run }: ToolRow<S>): Tool {
  const check = compileShape(input, { unknown: 'refuse', fractions: 'refuse', nulls: 'refuse' });
  return {
    name,
    description,
    input,
    readOnly: readOnly === true,
    async call(given, target, signal) {
      const { value, problems } = check(given ?? {});
      const [problem] = unknownFirst(problems);
      if (problem) {
        const { kind, path, schema } = problem;
        const place = path.length === 0 ? 'arguments' : pathOf(path);
        throw new Error(
          kind === 'unknown'
            ? `${place}: no such argument; known: ${Object.keys(schema.properties ?? {}).join(', ') || 'none'}`
            : `${place}: ${expectations[kind](schema)}`,
        );
      }
      return run(value as Infer<S>, target, signal);
    },
  };
}

/** The most that a tool returns, in characters. */
const largestResult = 24_000;

/** A result as the agent reads it: text as it is, values as JSON; cut if it is longer than an agent should read. */
export function textOf(result: unknown): string {
  const text = typeof result === 'string' ? result : JSON.stringify(result, null, 1);
  return text.length <= largestResult
    ? text
    : `${text.slice(0, largestResult)}\n… cut: ${text.length} characters in all. Ask for less: a filter, a smaller limit, one item.`;
}

/** A failure as the agent reads it: what went wrong and what to do. */
export function failureText(error: unknown): string {
  if (error instanceof SeedError) return error.problems.join('\n');
  return error instanceof Error ? error.message : String(error);
}
