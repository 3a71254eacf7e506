// The command. Nothing may be imported above the handlers: as process 1 of a container a program
// does not get a signal that it has no handler for, and the imports take a while.
const stop = new AbortController();

const codes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 };

function onSignal(name: keyof typeof codes): void {
  if (stop.signal.aborted) process.exit(codes[name]);
  stop.abort(name);
}
process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);
// The terminal is closed.
process.on('SIGHUP', onSignal);

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
