import { runCommand } from '../../src/cli/run.js';

/** Runs a command in this process; returns its exit code and all that it wrote. */
export async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const [output, errors]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) => ({ write: (text: string) => void lines.push(text) });
  const code = await runCommand({ argv, env, output: stream(output), errors: stream(errors), stop: new AbortController().signal });
  return { code, output: output.join(''), errors: errors.join('') };
}
