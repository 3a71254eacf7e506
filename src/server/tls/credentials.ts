import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createClock } from '../../lib/clock.js';
import { createRandom } from '../../lib/random.js';
import { readTextFile } from '../../lib/text-file.js';
import { type Settings, SettingsError } from '../../settings/read.js';
import { createIssuer, makeAuthority, toPem } from './authority.js';
import { openAuthority } from './authority-folder.js';
import { certifiedNames, isWithin } from './names.js';

/** What the server shows to prove its name. */
export interface Credentials {
  /** The chain for clients that name no host. */
  readonly certificate: string;
  readonly key: string;
  /** The chain for a name that a client asks for. */
  contextFor(name: string): SecureContext | undefined;
  /** PEM of the server's own authority; undefined where the user brought a certificate. */
  readonly authority: string | undefined;
  /** What Chromium's --ignore-certificate-errors-spki-list takes: of the authority, or of the certificate that the user brought. */
  readonly keyHash: string;
  readonly warnings: readonly string[];
}

/** A name that a client invents must not fill the memory. */
const rememberedNames = 64;

const keyHashOf = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The certificate that the user brought, as mkcert makes one. */
function ownCertificate(settings: Settings, certificateFile: string, keyFile: string): Credentials {
  const read = (name: string, path: string): string => {
    try {
      return readTextFile(path);
    } catch (error) {
      throw new SettingsError(`${name}: ${messageOf(error)}`);
    }
  };
  const certificate = read('PINGONE_MOCK_TLS_CERT', certificateFile);
  const key = read('PINGONE_MOCK_TLS_KEY', keyFile);
  let shown: X509Certificate;
  try {
    shown = new X509Certificate(certificate);
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new SettingsError(`${certificateFile} and ${keyFile} cannot be used as certificate and key (${messageOf(error)})`);
  }
  const asked = certifiedNames(settings).names.filter((name) => settings.tlsHosts.includes(name) || name.endsWith('.pingone.com'));
  const uncovered = asked.filter((name) => shown.checkHost(name) === undefined);
  return {
    certificate,
    key,
    contextFor: () => undefined,
    authority: undefined,
    keyHash: keyHashOf(shown),
    warnings: uncovered.length > 0 ? [`${certificateFile} is not for ${uncovered.join(', ')}: clients will refuse it there`] : [],
  };
}

/** Certificates of an authority that is made here. What they hold is true of the real time, whatever the clock of the tests says. */
function madeCertificates(settings: Settings): Credentials {
  const now = createClock().now();
  // Never the reproducible one: two certificates with one serial number are refused.
  const random = createRandom();
  const subjects = certifiedNames(settings);
  const { authority, warnings } =
    settings.caFolder === undefined
      ? { authority: makeAuthority(subjects, now, random), warnings: [] }
      : openAuthority(settings.caFolder, subjects, now, random);
  const { key, issue } = createIssuer(authority, now, random);
  const contexts = new Map<string, SecureContext>();
  return {
    certificate: issue(subjects),
    key,
    contextFor(name) {
      // A wildcard for *.localhost is refused by most clients, so each name gets a certificate once it is asked for.
      if (isIP(name) > 0 || subjects.names.includes(name) || !isWithin(name, subjects.names)) return undefined;
      let context = contexts.get(name);
      if (context === undefined) {
        context = createSecureContext({ key, cert: issue({ ...subjects, names: [name, ...subjects.names] }) });
        if (contexts.size >= rememberedNames) contexts.clear();
        contexts.set(name, context);
      }
      return context;
    },
    authority: toPem(authority.certificate),
    keyHash: keyHashOf(new X509Certificate(authority.certificate)),
    warnings,
  };
}

/** What the settings ask for: the user's own certificate, or one of an authority that is made here. */
export const openCredentials = (settings: Settings): Credentials =>
  settings.tlsCert !== undefined && settings.tlsKey !== undefined
    ? ownCertificate(settings, settings.tlsCert, settings.tlsKey)
    : madeCertificates(settings);
