// The command. Import nothing above the handlers: as process 1 of a container, a program does not
// receive signals that it has no handler for, and the imports take a while.
const stop = new AbortController();

const codes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 };

function onSignal(name: keyof typeof codes): void {
  if (stop.signal.aborted) process.exit(codes[name]);
  stop.abort(name);
}
process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);
// The terminal was closed.
process.on('SIGHUP', onSignal);

// The reader of a pipe may leave first ("| head -1"). That must not end the server.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

// Before the rest is loaded.
const { enableCompileCache } = await import('./cli/compile-cache.js');
enableCompileCache();

const { runCommand } = await import('./cli/run.js');
process.exitCode = await runCommand({
  argv: process.argv.slice(2),
  env: process.env,
  output: process.stdout,
  errors: process.stderr,
  stop: stop.signal,
});
