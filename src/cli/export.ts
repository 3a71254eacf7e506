import { writeFile } from 'node:fs/promises';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { askControl, mockUrl } from './control-client.js';

const flags = { url: 'text', env: 'text', out: 'text' } as const;

/** Prints what a running mock holds, as a seed. */
export const exportSeed: Run = async ({ argv, env, output, stop }) => {
  const { values } = readArguments(argv, flags, 0);
  const seed = await askControl(mockUrl(values.url, env), `/environments/${values.env ?? 'default'}/seed`, { signal: stop });
  const text = `${JSON.stringify(seed, null, 2)}\n`;
  if (values.out === undefined) output.write(text);
  else await writeFile(values.out, text);
  return 0;
};
