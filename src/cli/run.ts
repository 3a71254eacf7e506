import { version } from '../embedded.js';
import { nearest } from '../lib/nearest.js';
import { SettingsError } from '../settings/read.js';
import type { Command, Invocation } from './command.js';
import { commands } from './commands.js';
import { commandHelp, help, settingsHelp, startHelp } from './help.js';

/** Finds the command and runs it. Any error becomes one message and an exit code. */
export async function runCommand(invocation: Invocation): Promise<number> {
  const { argv, output, errors } = invocation;
  try {
    const named = argv[0] !== undefined && !argv[0].startsWith('-');
    const name = named ? argv[0] : commands[0]?.name;
    const rest = named ? argv.slice(1) : argv;

    // Everything after "--" belongs to another program.
    const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
    if (name === 'help' || own.some((argument) => argument === '--help' || argument === '-h')) {
      output.write(helpOn(name === 'help' ? rest[0] : named ? name : undefined));
      return 0;
    }
    if (own.includes('--version')) {
      output.write(`${version}\n`);
      return 0;
    }
    const run = await commandNamed(String(name)).load();
    return await run({ ...invocation, argv: rest });
  } catch (error) {
    const { explainError } = await import('./failure.js');
    const { message, exitCode } = explainError(error, invocation.env);
    errors.write(`pingone-mock: ${message}\n`);
    return exitCode;
  }
}

function commandNamed(name: string, more: readonly string[] = []): Command {
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  const known = [...commands.map((each) => each.name), ...more];
  throw new SettingsError(`unknown command ${JSON.stringify(name)}; did you mean ${nearest(name, known)}?`);
}

function helpOn(name: string | undefined): string {
  if (name === undefined || name.startsWith('-') || name === 'help') return help(commands);
  if (name === 'settings') return settingsHelp();
  return name === 'start' ? startHelp() : commandHelp(commandNamed(name, ['settings']));
}
