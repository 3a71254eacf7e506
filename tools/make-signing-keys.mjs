// Makes fixtures/signing-keys.json: ready RSA-2048 keys with self-signed certificates, so that no start has to make
// one. They are test keys, public on purpose. Needs a compiled tree: `npm run compile && node tools/make-signing-keys.mjs`.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { makeCertificate } from '../build/src/keys/certificate.js';

const count = Number(process.argv[2] ?? 24);
const keys = Array.from({ length: count }, (_, index) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = makeCertificate({
    subject: { organization: 'pingone-mock', commonName: `Public test key ${index + 1}, not for production` },
    publicKey,
    signingKey: privateKey,
    serialNumber: randomBytes(8),
    notBeforeAt: Date.UTC(2026, 0, 1),
    notAfterAt: Date.UTC(2046, 0, 1),
  });
  return { ...privateKey.export({ format: 'jwk' }), x5c: [certificate.toString('base64')] };
});
const about = 'Test keys, public on purpose. Anyone can sign with them: never trust them outside of tests.';
const target = new URL('../fixtures/signing-keys.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ about, keys }, null, 2)}\n`);
