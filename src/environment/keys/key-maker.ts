import type { ChildProcess } from 'node:child_process';
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { promisify } from 'node:util';
import { membersOf, parseJson } from '../../lib/unknown.js';
import { within } from '../../lib/within.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { type PingOneError, requestLimited } from '../../pingone/pingone-error.js';

/** Makes the private keys that requests and seeds ask for, so that the making of long ones slows nothing else down. */
export interface KeyMaker {
  /**
   * Makes RSA keys, one at a time for the whole server: a key of 7680 bits takes seconds to minutes of CPU time.
   * @param keyLength in bits
   * @throws PingOneError 429 if too many others wait, or if it takes longer than the limit
   */
  rsa(keyLength: number, count?: number): Promise<KeyObject[]>;
  /** Makes an EC key: about a millisecond. */
  ec(namedCurve: string): Promise<KeyObject>;
  /** Ends what is being made, and refuses what waits. */
  close(): void;
}

interface KeyMakerOptions {
  /** How many may wait while one is made. */
  readonly mostWaiting?: number;
  /** How long making one key may take. */
  readonly limitMilliseconds?: number;
}

/** The length up to which a key is made on the thread pool, in 60 to 345 ms; longer ones get a process. */
const shortLength = 2048;
/** How long a refused client is asked to wait. */
const retryAfterSeconds = 30;

const makePair = promisify(generateKeyPair);

/**
 * What the process of a long key runs. It ends at once when its input does, even if the server was killed. A thread would
 * keep the server from ending until its key is made.
 */
const program = `
const end = () => process.kill(process.pid, 'SIGKILL');
process.stdin.on('end', end).on('error', end).resume();
require('node:crypto').generateKeyPair('rsa', {
  modulusLength: Number(process.argv[1]),
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
}, (error, publicKey, privateKey) => {
  const answer = error ? { error: error.message } : { key: privateKey.toString('base64') };
  process.stdout.write(JSON.stringify(answer), end);
});`;

/** Lets everything else on the machine go first, where the system has priorities. */
function yieldToOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended, or the system refuses: then it runs like any other.
  }
}

/** Makes one long key in a process of its own. Throws the reason if it cannot. */
async function makeLong(keyLength: number, signal: AbortSignal): Promise<KeyObject> {
  // Without the options of this process, such as a debugger's port or a loader.
  const env = { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' };
  const child: ChildProcess = process.getBuiltinModule('node:child_process').spawn(process.execPath, ['-e', program, String(keyLength)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
    windowsHide: true,
  });
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  try {
    const text = await new Promise<string>((resolve, reject) => {
      let written = '';
      child.on('error', reject).on('close', () => resolve(written));
      // Undefined if the process could not be started.
      child.stdin?.on('error', () => {});
      child.stdout?.setEncoding('utf8').on('data', (part: string) => {
        written += part;
      });
      yieldToOthers(child);
    });
    signal.throwIfAborted();
    const { key, error } = membersOf(text === '' ? {} : parseJson(text));
    if (typeof key !== 'string') throw new Error(typeof error === 'string' ? error : 'its process ended without one');
    return createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

const refused = (reason: string): PingOneError =>
  requestLimited({ code: 'LIMIT_EXCEEDED', message: texts.keysBeingMade.text }, { reason, retryAfterSeconds });

/** Creates the maker of a server's keys. */
export function createKeyMaker({ mostWaiting = 4, limitMilliseconds = 300_000 }: KeyMakerOptions = {}): KeyMaker {
  const closing = new AbortController();
  let inTurn: Promise<unknown> = Promise.resolve();
  let admitted = 0;

  const makeOne = async (keyLength: number): Promise<KeyObject> => {
    if (closing.signal.aborted) throw refused('the server is stopping and makes no more keys');
    if (keyLength <= shortLength) return (await makePair('rsa', { modulusLength: keyLength })).privateKey;
    try {
      return await within(limitMilliseconds, (signal) => makeLong(keyLength, signal), closing.signal);
    } catch (error) {
      const why = closing.signal.aborted ? 'the server is stopping' : (error as Error).message;
      throw refused(`no key of ${keyLength} bits was made: ${why}; ask for a shorter key, or try again later`);
    }
  };
  const makeAll = async (keyLength: number, count: number): Promise<KeyObject[]> => {
    const keys: KeyObject[] = [];
    while (keys.length < count) keys.push(await makeOne(keyLength));
    return keys;
  };
  return {
    async rsa(keyLength, count = 1) {
      if (admitted > mostWaiting)
        throw refused(`RSA keys are made one at a time, and ${mostWaiting} requests are already waiting; try again later`);
      admitted += 1;
      const turn = inTurn.then(() => makeAll(keyLength, count));
      inTurn = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        admitted -= 1;
      }
    },
    ec: async (namedCurve) => (await makePair('ec', { namedCurve })).privateKey,
    close: () => closing.abort(),
  };
}
