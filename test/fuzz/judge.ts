import type { FuzzAnswer, FuzzRequest } from './request.js';
import { foreignHost } from './values.js';

/** A frame of a stack trace, with a place in a file. */
const frame = /\n\s+at .*:\d+:\d+/;

const isForeign = (location: string, base: string): boolean => {
  if (!URL.canParse(location, base)) return false;
  const { hostname, protocol, pathname } = new URL(location, base);
  return hostname.endsWith(foreignHost) || (protocol === 'javascript:' && pathname.includes(foreignHost));
};

/** What is wrong with an answer; undefined where nothing is. */
export function wrongWith({ path }: Pick<FuzzRequest, 'path'>, { status, headers, body }: FuzzAnswer): string | undefined {
  if (status >= 500) return `answered ${status}`;
  if (status < 200) return `answered ${status} at the end`;
  if (frame.test(body)) return 'shows a stack trace';
  const { location, 'content-type': type } = headers;
  // A browser reads a backslash as a slash, as URL does.
  if (typeof location === 'string' && isForeign(location, `http://localhost${path.replace(/[^/]*$/, '')}`))
    return `redirects to ${location.slice(0, 200)}`;
  if (typeof type === 'string' && /^application\/(\w+\+)?json/.test(type) && body !== '')
    try {
      JSON.parse(body);
    } catch {
      return 'says that it is JSON, and is not';
    }
  return undefined;
}
