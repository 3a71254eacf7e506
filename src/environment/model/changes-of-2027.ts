/** Changes that PingOne has announced for fixed dates, by the environment's clock (docs/fidelity.md, 5.5 and 6.1). */

/** Applications created before this date get JWT refresh tokens, unless they choose opaque ones. */
const opaqueByDefaultFrom = Date.UTC(2026, 0, 27);

/** March 2, 2027: no more JWT refresh tokens, `typ: at+jwt` in access tokens, rotation policies' keys sign all of them. */
const changeDay = Date.UTC(2027, 2, 2);

export const isAfterChange = (now: number): boolean => now >= changeDay;

/** The type of refresh token that an application gets now. */
export function refreshTokenTypeOf(
  { refreshTokenType, createdAt }: { refreshTokenType?: string | undefined; createdAt: string },
  now: number,
): 'JSON_WEB_TOKEN' | 'OPAQUE_TOKEN' {
  if (isAfterChange(now)) return 'OPAQUE_TOKEN';
  if (refreshTokenType === 'JSON_WEB_TOKEN' || refreshTokenType === 'OPAQUE_TOKEN') return refreshTokenType;
  return Date.parse(createdAt) < opaqueByDefaultFrom ? 'JSON_WEB_TOKEN' : 'OPAQUE_TOKEN';
}

/** Whether a refresh token looks like a JWT: opaque ones have no dots. */
export const isJwtRefreshToken = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
