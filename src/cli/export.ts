import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { askControl, mockUrl } from './control-client.js';
import { outputTo } from './output-file.js';

const flags = { url: 'text', env: 'text', out: 'text' } as const;

interface Exported {
  readonly environments: readonly { readonly keys?: readonly object[]; readonly keyRotationPolicies?: readonly object[] }[];
}

/** Prints the contents of a running mock as a seed. */
export const exportSeed: Run = async ({ argv, env, output, errors, stop }) => {
  const { values } = readArguments(argv, flags, 0);
  const write = outputTo('--out', values.out, output);
  const seed = await askControl(mockUrl(values.url, env), `/environments/${values.env ?? 'default'}/seed`, { signal: stop });
  write(`${JSON.stringify(seed, null, 2)}\n`);
  const { environments } = seed as Exported;
  // No API returns private keys (docs/fidelity.md, management 6.8).
  if (environments.some(({ keys, keyRotationPolicies }) => keys || keyRotationPolicies))
    errors.write(
      'pingone-mock: private keys are not included: a mock that starts from this seed makes new keys and certificates with the same ids\n',
    );
  return 0;
};
