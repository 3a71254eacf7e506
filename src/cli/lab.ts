import { spawn } from 'node:child_process';
import { readSettings } from '../settings/read.js';
import type { Run } from './command.js';
import { serve } from './start.js';

/** The program that opens an address in the browser. */
const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';

/** Starts the mock and opens the lab: attacks on a sign-on, with and without PKCE. */
export const lab: Run = async (invocation) => {
  const { argv, env, output } = invocation;
  const { settings, warnings, flags } = readSettings({ argv, env, ownFlags: { 'no-open': 'alone' }, terminal: output.isTTY === true });
  return serve(invocation, settings, warnings, ({ url }) => {
    const address = `${url}/__mock/lab`;
    // Not in a script. A missing browser is not a failure: the address is printed.
    if (output.isTTY && !flags.has('no-open'))
      spawn(opener, [address], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    return settings.json ? `${JSON.stringify({ event: 'ready', url, lab: address })}\n` : `\n  The lab: ${address}\n\n`;
  });
};
