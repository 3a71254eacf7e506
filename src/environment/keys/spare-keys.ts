import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../../lib/random.js';
import { makeCertificate } from '../../lib/x509/certificate.js';
import type { ReadyKey } from './types.js';

/** Keys that are generated in the background, once the ready-made ones are used up. */
export interface SpareKeys {
  take(): ReadyKey | undefined;
  /** Whether there are enough not to reserve them for CURRENT keys. */
  readonly plenty: boolean;
  /** Stops generating. */
  close(): void;
}

interface SpareKeysOptions {
  readonly random: Random;
  readonly now: () => number;
  /** How many to keep ready. */
  readonly wanted?: number;
  /** How long the pool must be idle before a key is generated, so that tests are not slowed down. */
  readonly quietMilliseconds?: number;
}

const day = 86_400_000;
const makePair = promisify(generateKeyPair);

async function makeKey(random: Random, now: number): Promise<ReadyKey> {
  const { privateKey, publicKey } = await makePair('rsa', { modulusLength: 2048 });
  const certificate = makeCertificate({
    subject: { organization: 'pingone-mock', commonName: 'Test key, not for production' },
    publicKey,
    signingKey: privateKey,
    serialNumber: random.bytes(8),
    notBeforeAt: now - day,
    notAfterAt: now + 20 * 365 * day,
  });
  return { ...privateKey.export({ format: 'jwk' }), x5c: [certificate.toString('base64')] } as ReadyKey;
}

/** Generates one key at a time, and only while none is being taken: each takes 60 to 345 ms on another thread. */
export function createSpareKeys({ random, now, wanted = 6, quietMilliseconds = 500 }: SpareKeysOptions): SpareKeys {
  const spare: ReadyKey[] = [];
  let timer: NodeJS.Timeout | undefined;
  let making = false;
  let closed = false;

  const makeOne = async () => {
    making = true;
    const key = await makeKey(random, now()).finally(() => {
      making = false;
    });
    if (closed) return;
    spare.push(key);
    schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    if (closed || making || spare.length >= wanted) return;
    timer = setTimeout(() => void makeOne().catch(() => undefined), quietMilliseconds);
    timer.unref();
  };
  return {
    get plenty() {
      return spare.length > wanted / 2;
    },
    take() {
      const key = spare.shift();
      schedule();
      return key;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
