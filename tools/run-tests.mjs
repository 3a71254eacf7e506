// Runs a part of the tests, compiled and without coverage:
//   node tools/run-tests.mjs unit                     the tests of lib, settings, protocol and pingone
//   node tools/run-tests.mjs one FILE [TAP OPTIONS]   one file, as test/….ts
//   node tools/run-tests.mjs watch [FILE] [...]       the same again after every change
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const unitTests = 'tools/unit-tests.mjs';
const isTest = /^test\/.*\.(test|browser)\.ts$/;

/** The letters of a text and each two of them that follow each other. */
const marksOf = (text) => new Set(Array.from(text).flatMap((letter, at) => [letter, text.slice(at, at + 2)]));

/** The tests whose names have most in common with a name, best first. */
function closestTests(name) {
  const stem = (path) => path.replace(/^.*\//, '').replace(/(\.(test|browser))?\.[jt]s$/, '');
  const wanted = marksOf(stem(name));
  const likeness = (path) => {
    const found = marksOf(stem(path));
    return [...found].filter((mark) => wanted.has(mark)).length / Math.max(found.size, wanted.size);
  };
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((path) => `test/${String(path).replaceAll('\\', '/')}`)
    .filter((path) => isTest.test(path) && likeness(path) >= 0.5)
    .sort((a, b) => likeness(b) - likeness(a))
    .slice(0, 3);
}

/**
 * The test that a name stands for, as test/….ts.
 * @throws {Error} with a sentence for the person who typed it
 */
export function testNamed(name, from = process.env.INIT_CWD ?? root) {
  if (name === undefined || name.startsWith('-')) throw new Error('Name a test file: npm run test:one -- test/protocol/pkce.test.ts');
  const source = name.replace(/(^|\/)build\/test\/(.*)\.js$/, '$1test/$2.ts');
  const path = [resolve(from, source), resolve(root, source)].find((each) => existsSync(each) && statSync(each).isFile());
  const found = path && relative(root, path).replaceAll('\\', '/');
  if (found && isTest.test(found)) return found;
  const closest = closestTests(name);
  const reason = found ? `${found} is not a test` : `There is no file ${name}`;
  throw new Error(closest.length > 0 ? `${reason}. Did you mean ${closest.join(' or ')}?` : `${reason}. Tests are named test/….test.ts.`);
}

/** Whether a test starts the built command or imports the built library, itself or through a helper. */
export function needsBuild(test) {
  const text = readFileSync(join(root, test), 'utf8');
  const helpers = [...text.matchAll(/from '(\.[^']+)\.js'/g)]
    .map(([, specifier]) => normalize(join(dirname(test), `${specifier}.ts`)))
    // What is in a string of the test looks like an import of it, but leads nowhere.
    .filter((path) => /^test[\\/]/.test(path) && existsSync(join(root, path)));
  return [text, ...helpers.map((path) => readFileSync(join(root, path), 'utf8'))].some((each) => /\bdist\b/.test(each));
}

// `npm run compile` deletes build/, and with it the note of what is up to date.
const tsc = ['node_modules/typescript/bin/tsc', '--incremental', '--tsBuildInfoFile', 'build/.tsbuildinfo'];

/** Runs a program of Node in the foreground; ends this one where that fails. */
function must(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const tapArgs = (test, options) => [
  'node_modules/tap/dist/esm/run.mjs',
  '--disable-coverage',
  ...options,
  test === unitTests ? test : `build/${test.replace(/ts$/, 'js')}`,
];

function runOnce(test, options) {
  must('tools/embed.mjs');
  must(...tsc);
  if (test !== unitTests && needsBuild(test)) must('tools/build.mjs');
  must(...tapArgs(test, options));
}

/** Starts a program of Node as a group of its own, so that it is stopped with all that it started. */
function start(args, stdout) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], detached: true });
  return Object.assign(child, { stop: () => (child.exitCode ?? child.signalCode) === null && process.kill(-child.pid) });
}

function watch(test, options) {
  must('tools/embed.mjs');
  const compiler = start([...tsc, '--watch', '--preserveWatchOutput'], 'pipe');
  const lines = createInterface({ input: compiler.stdout });
  let running;
  let again = false;
  const run = () => {
    if (test !== unitTests && needsBuild(test)) spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
    running = start(tapArgs(test, options), 'inherit');
    running.once('close', () => {
      running = undefined;
      if (again) run();
      again = false;
    });
  };
  lines.on('line', (line) => {
    if (line.trim()) console.error(line);
    if (!line.includes('Found 0 errors. Watching')) return;
    if (!running) return run();
    // What is under way tests the code before the change.
    again = true;
    running.stop();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      again = false;
      lines.close();
      compiler.stop();
      running?.stop();
    });
}

function main([command, ...args]) {
  if (command === 'unit') return runOnce(unitTests, args);
  if (command === 'one') return runOnce(testNamed(args[0]), args.slice(1));
  if (command === 'watch') {
    const named = args[0] !== undefined && !args[0].startsWith('-');
    return watch(named ? testNamed(args[0]) : unitTests, named ? args.slice(1) : args);
  }
  throw new Error('Say what to run: unit, one FILE, or watch [FILE]');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
