/**
 * Whether keys may be fetched from an address: by https, or from this machine and its containers. Any other connection would
 * not prove whose keys these are.
 */
export function isKeyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  const { hostname } = url;
  return (
    url.protocol === 'http:' &&
    (hostname === 'host.docker.internal' ||
      hostname === '[::1]' ||
      /^127(?:\.\d{1,3}){3}$/.test(hostname) ||
      /(?:^|\.)localhost$/.test(hostname) ||
      /^[a-z0-9_-]+$/.test(hostname))
  );
}
