import { der, objectIdentifier, sequence, set, utf8String } from './der.js';

/** The attribute types of a distinguished name (RFC 4514 §3). */
const attributes: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
  STREET: '2.5.4.9',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
};

/**
 * DER of a name such as `CN=name, O=organization, C=US`; undefined if malformed. Parts without a value, which PingOne's
 * own examples have, are dropped.
 */
export function encodeName(text: string): Buffer | undefined {
  const parts = text.split(/(?<!\\),/).map((part) => /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(part));
  const encoded: Buffer[] = [];
  for (const part of parts) {
    const identifier = attributes[part?.[1]?.toUpperCase() ?? ''];
    if (!part || identifier === undefined) return undefined;
    const value = (part[2] ?? '').replace(/\\(.)/g, '$1');
    if (value === '') continue;
    // A country is a PrintableString (RFC 5280, appendix A.1).
    const country = part[1]?.toUpperCase() === 'C';
    if (country && !/^[A-Za-z]{2}$/.test(value)) return undefined;
    encoded.push(set(sequence(objectIdentifier(identifier), country ? der(0x13, Buffer.from(value)) : utf8String(value))));
  }
  // The text is in reverse order of the certificate (RFC 4514 §2.1).
  return encoded.length === 0 ? undefined : sequence(...encoded.reverse());
}
