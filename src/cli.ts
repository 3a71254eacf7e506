// The command. Nothing may be imported above the handlers: as process 1 of a container a program
// does not get a signal that it has no handler for, and the imports take a while.
const stop = new AbortController();

function onSignal(name: 'SIGTERM' | 'SIGINT'): void {
  if (stop.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
  stop.abort(name);
}
process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);

// Whoever reads the output may leave first ("| head -1"); that is no reason to stop.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

// From Node 22 on: compiled code is kept in the temporary folder, and left out where that cannot be written.
const { default: modules } = await import('node:module');
(modules as { enableCompileCache?: () => void }).enableCompileCache?.();

const { runCommand } = await import('./cli/run.js');
process.exitCode = await runCommand({
  argv: process.argv.slice(2),
  env: process.env,
  output: process.stdout,
  errors: process.stderr,
  stop: stop.signal,
});
