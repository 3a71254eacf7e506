import { createHash, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, boolean, explicit, implicit, integer, objectIdentifier, octetString, sequence } from './der.js';

/** The extensions of authority and server certificates (RFC 5280 §4.2). */

const extension = (id: string, value: Uint8Array, { critical = false } = {}): Buffer =>
  sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));

/** A key identifier: the leftmost 160 bits of the key's hash (RFC 7093 §2). */
export const keyIdentifier = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

/** An authority that may sign server certificates, but not other authorities. */
export const authorityConstraints = (): Buffer =>
  extension('2.5.29.19', sequence(boolean(true), integer(Buffer.from([0]))), { critical: true });

export const noAuthority = (): Buffer => extension('2.5.29.19', sequence(), { critical: true });

/** keyCertSign and cRLSign. */
export const authorityUsage = (): Buffer => extension('2.5.29.15', bitString(Buffer.from([0x06]), 1), { critical: true });

/** digitalSignature, for TLS servers. */
export const serverUsage = (): Buffer[] => [
  extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), { critical: true }),
  extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
];

export const subjectKey = (key: KeyObject): Buffer => extension('2.5.29.14', octetString(keyIdentifier(key)));

export const authorityKey = (key: KeyObject): Buffer => extension('2.5.29.35', sequence(implicit(0, keyIdentifier(key))));

/** The bytes of an address. */
function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // The last four bytes may be in IPv4 notation.
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [left = [], right = []] = plain.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** The names and addresses that a certificate is for. */
export interface Subjects {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

const dnsName = (name: string): Buffer => implicit(2, Buffer.from(name, 'ascii'));

export const alternativeNames = ({ names, addresses }: Subjects): Buffer =>
  extension('2.5.29.17', sequence(...names.map(dnsName), ...addresses.map((address) => implicit(7, addressBytes(address)))));

const nameSubtree = (name: string): Buffer => sequence(dnsName(name));
const addressSubtree = (address: string, mask: Uint8Array): Buffer => sequence(implicit(7, Buffer.concat([addressBytes(address), mask])));

/** The loopback network, or a single address. */
const subtreeOf = (address: string): Buffer =>
  address.startsWith('127.')
    ? addressSubtree('127.0.0.0', Buffer.from([255, 0, 0, 0]))
    : addressSubtree(address, Buffer.alloc(isIPv4(address) ? 4 : 16, 255));

/** Permits only these names, their subdomains, and these addresses: a stolen key is useless elsewhere. */
export const permitOnly = ({ names, addresses }: Subjects): Buffer =>
  extension('2.5.29.30', sequence(explicit(0, ...names.map(nameSubtree), ...addresses.map(subtreeOf))), { critical: true });

/** Which of these names and addresses an authority made here may not sign for. Its certificate contains the encoding of each permitted one. */
export function notPermitted(certificate: Buffer, { names, addresses }: Subjects): string[] {
  const holds = (subtree: Buffer): boolean => certificate.includes(subtree);
  const ancestors = (name: string): string[] => name.split('.').map((_, at, labels) => labels.slice(at).join('.'));
  return [
    ...names.filter((name) => !ancestors(name).some((each) => holds(nameSubtree(each)))),
    ...addresses.filter((address) => !holds(subtreeOf(address))),
  ];
}
