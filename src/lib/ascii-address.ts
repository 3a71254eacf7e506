/**
 * An address in the characters that a header can carry. An address with other characters is written as browsers write it: its host in
 * Punycode, everything else percent-encoded (the URL standard's serialisation). Any other address stays as it is.
 */
export function asciiAddress(address: string): string {
  if (/^[\x21-\x7e]*$/.test(address)) return address;
  if (URL.canParse(address)) {
    const { href } = new URL(address);
    // The opaque path of a scheme such as urn: keeps its spaces.
    return href.replaceAll(' ', '%20');
  }
  // Half of a surrogate pair, which cannot be encoded, becomes U+FFFD on the way through the buffer.
  return address.replace(/[^\x21-\x7e]+/g, (others) => encodeURIComponent(Buffer.from(others).toString()));
}
