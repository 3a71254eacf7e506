/** A cookie as an application set it. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: string | undefined;
}

/** Reads a Set-Cookie header (RFC 6265 §5.2); `expired`: it takes the cookie away. */
export function readSetCookie(line: string): SetCookie & { readonly expired: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const find = (name: string) => attributes.find((each) => each.toLowerCase().split('=')[0] === name);
  const value = at < 0 ? '' : pair.slice(at + 1);
  return {
    name: at < 0 ? pair : pair.slice(0, at),
    value,
    httpOnly: find('httponly') !== undefined,
    secure: find('secure') !== undefined,
    sameSite: find('samesite')?.split('=')[1]?.toLowerCase(),
    expired: /^0$|^-/.test(find('max-age')?.split('=')[1] ?? '') || value === '',
  };
}
