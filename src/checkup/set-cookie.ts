import { createClock } from '../lib/clock.js';

/** A cookie as an application set it. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: string | undefined;
  /** It takes the cookie away. */
  readonly expired: boolean;
}

/** What a browser needs beside, to keep it. */
export interface ReceivedCookie extends SetCookie {
  readonly domain: string | undefined;
  readonly path: string | undefined;
}

/** Browsers go by it, wherever the mock's clock is. */
const realTime = createClock();

/** Max-Age comes before Expires. */
function isExpired(maxAge: string | undefined, expires: string | undefined): boolean {
  if (maxAge !== undefined) return /^(0|-)/.test(maxAge);
  return expires !== undefined && Date.parse(expires) <= realTime.now();
}

/** Reads a Set-Cookie header (RFC 6265 §5.2). */
export function readSetCookie(line: string): ReceivedCookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const find = (name: string): string | undefined => {
    const found = attributes.findLast((each) => each.toLowerCase().split('=')[0]?.trim() === name);
    return found?.includes('=') ? found.slice(found.indexOf('=') + 1).trim() : found && '';
  };
  const value = at < 0 ? '' : pair.slice(at + 1);
  return {
    name: at < 0 ? pair : pair.slice(0, at),
    value,
    httpOnly: find('httponly') !== undefined,
    secure: find('secure') !== undefined,
    sameSite: find('samesite')?.toLowerCase(),
    domain: find('domain')?.toLowerCase().replace(/^\./, '') || undefined,
    path: find('path'),
    expired: isExpired(find('max-age'), find('expires')) || value === '',
  };
}
