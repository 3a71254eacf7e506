// Runs the suites of the authorization server, the management API and the control API with the state of each server in one Redis.
//   npm run test:store [-- --short] [TAP OPTIONS]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedis, withoutRedis } from '../helpers/redis.js';

const lanes = ['1', '2'].map((name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url)));

async function run(args: readonly string[]): Promise<number> {
  if (withoutRedis) {
    console.log(`Skipped: ${withoutRedis}.`);
    return 0;
  }
  let stop = async () => {};
  const { url } = await startRedis({
    teardown(end: () => Promise<void>) {
      stop = end;
    },
  });
  const env = { ...process.env, TEST_STORE: url, ...(args.includes('--short') && { TEST_SUITES: 'short' }) };
  const options = ['--disable-coverage', ...args.filter((arg) => arg !== '--short')];
  const tap = spawn(process.execPath, ['node_modules/tap/dist/esm/run.mjs', ...options, ...lanes], { env, stdio: 'inherit' });
  const [code] = await once(tap, 'exit');
  await stop();
  return typeof code === 'number' ? code : 1;
}

process.exitCode = await run(process.argv.slice(2));
