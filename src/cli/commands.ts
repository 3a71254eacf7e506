import type { Command } from './command.js';

/** Every command there is, in the order of help. The first one is run where none is named. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    usage: '[flags]',
    meaning: 'start the server; "start --help" lists every setting',
    load: async () => (await import('./start.js')).start,
  },
  {
    name: 'healthcheck',
    usage: '[flags]',
    meaning: 'exit 0 when the server is ready, else 1',
    load: async () => (await import('./healthcheck.js')).healthcheck,
  },
  {
    name: 'ca',
    usage: '[--export FILE]',
    meaning: 'the certificate that clients of https must trust',
    load: async () => (await import('./ca.js')).ca,
  },
];
