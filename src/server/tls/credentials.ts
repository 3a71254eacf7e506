import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CustomDomain } from '../../environment/model/custom-domains.js';
import { createClock } from '../../lib/clock.js';
import { createRecent } from '../../lib/collections/recent.js';
import { createRandom } from '../../lib/random.js';
import { readTextFile } from '../../lib/text-file.js';
import { type Settings, SettingsError } from '../../settings/read.js';
import { type Authority, createIssuer, makeAuthority, privateKeyPem, readAuthority, toPem } from './authority.js';
import { openAuthority } from './authority-folder.js';
import { certifiedNames, isWithin } from './names.js';

/** The server's certificates and key. */
export interface Credentials {
  /** The chain for clients that send no host name. */
  readonly certificate: string;
  readonly key: string;
  /** The chain for the host name that a client sends, which may be an environment's custom domain. */
  contextFor(name: string, domain?: CustomDomain): SecureContext | undefined;
  /** PEM of the server's own authority; undefined with the user's own certificate. */
  readonly authority: string | undefined;
  /** For Chromium's --ignore-certificate-errors-spki-list: the hash of the authority, or of the user's certificate. */
  readonly keyHash: string;
  readonly warnings: readonly string[];
}

/** Names are made up by clients, so their number is limited. */
const rememberedNames = 64;

const keyHashOf = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The user's own certificate, such as one by mkcert. */
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
    contextFor: (_name, domain) => domain && importedContext(domain),
    authority: undefined,
    keyHash: keyHashOf(shown),
    warnings: uncovered.length > 0 ? [`${certificateFile} does not cover ${uncovered.join(', ')}: clients will reject it there`] : [],
  };
}

const importedContexts = new WeakMap<CustomDomain, SecureContext>();

/** The certificate that was imported for a custom domain. */
function importedContext(domain: CustomDomain): SecureContext | undefined {
  const { imported } = domain;
  if (!imported) return undefined;
  const known = importedContexts.get(domain) ?? createSecureContext({ cert: imported.chain, key: imported.privateKey });
  importedContexts.set(domain, known);
  return known;
}

/** An authority of our own: that of the settings' folder, or a new one. */
function ownAuthority(settings: Settings): { readonly authority: Authority; readonly warnings: readonly string[] } {
  const [now, random, subjects] = [createClock().now(), createRandom(), certifiedNames(settings)];
  if (settings.caFolder !== undefined) return openAuthority(settings.caFolder, subjects, now, random);
  return { authority: makeAuthority(subjects, now, random), warnings: [] };
}

/** For several processes that share an authority: PEM of its certificate and its key; undefined with the user's own certificate. */
export function openSharedAuthority(settings: Settings): { readonly pem: string | undefined; readonly warnings: readonly string[] } {
  if (settings.tlsCert !== undefined) return { pem: undefined, warnings: [] };
  const { authority, warnings } = ownAuthority(settings);
  return { pem: privateKeyPem(authority.privateKey) + toPem(authority.certificate), warnings };
}

/** Certificates by an authority of our own, or that of the PEM. They are valid in real time, whatever clock tests set. */
function madeCertificates(settings: Settings, pem: string | undefined): Credentials {
  const now = createClock().now();
  // Never the seeded one: clients reject two certificates with the same serial number.
  const random = createRandom();
  const subjects = certifiedNames(settings);
  const { authority, warnings } = pem === undefined ? ownAuthority(settings) : { authority: readAuthority(pem), warnings: [] };
  const { key, issue } = createIssuer(authority, now, random);
  const contexts = createRecent<SecureContext>(rememberedNames);
  return {
    certificate: issue(subjects),
    key,
    contextFor(name, domain) {
      if (domain?.imported) return importedContext(domain);
      // Most clients reject a wildcard for *.localhost, so each name gets a certificate on first use.
      if (isIP(name) > 0 || subjects.names.includes(name) || !isWithin(name, subjects.names)) return undefined;
      let context = contexts.get(name);
      if (context === undefined) {
        context = createSecureContext({ key, cert: issue({ ...subjects, names: [name, ...subjects.names] }) });
        contexts.set(name, context);
      }
      return context;
    },
    authority: toPem(authority.certificate),
    keyHash: keyHashOf(new X509Certificate(authority.certificate)),
    warnings,
  };
}

/**
 * The user's own certificate if the settings have one, else certificates by an authority of our own.
 * @param authority the authority that several processes share (`openSharedAuthority`)
 */
export const openCredentials = (settings: Settings, authority?: string): Credentials =>
  settings.tlsCert !== undefined && settings.tlsKey !== undefined
    ? ownCertificate(settings, settings.tlsCert, settings.tlsKey)
    : madeCertificates(settings, authority);
