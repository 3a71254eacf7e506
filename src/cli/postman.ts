import { membersOf } from '../lib/unknown.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { askControl, mockUrl } from './control-client.js';
import { outputTo } from './output-file.js';

/** Prints a Postman environment for an environment of a running mock. */
export const postman: Run = async ({ argv, env, output, errors, stop }) => {
  const { values } = readArguments(argv, { url: 'text', env: 'text', out: 'text' }, 0);
  const write = outputTo('--out', values.out, output);
  const file = await askControl(mockUrl(values.url, env), `/environments/${values.env ?? 'default'}/postman`, { signal: stop });
  write(`${JSON.stringify(file, null, 2)}\n`);
  const variables = membersOf(file).values;
  const secret = Array.isArray(variables) ? variables.map(membersOf).find(({ key }) => key === 'adminAppSecret') : undefined;
  if (secret?.value === '')
    errors.write('pingone-mock: adminAppSecret is empty: the environment has no worker application, or the mock hides secrets\n');
  return 0;
};
