/** What PingOne changes at dates that it has announced, by the environment's clock (docs/fidelity.md, 5.5 and 6.1). */

/** Applications created before this day get JWT refresh tokens unless they ask for opaque ones. */
const opaqueByDefaultFrom = Date.UTC(2026, 0, 27);

/** March 2, 2027: JWT refresh tokens end, access tokens say `typ: at+jwt`, keys of a rotation policy sign them all. */
const changeDay = Date.UTC(2027, 2, 2);

export const isAfterChange = (now: number): boolean => now >= changeDay;

/** The form of the refresh tokens that an application gets now. */
export function refreshTokenTypeOf(
  { refreshTokenType, createdAt }: { refreshTokenType?: string | undefined; createdAt: string },
  now: number,
): 'JSON_WEB_TOKEN' | 'OPAQUE_TOKEN' {
  if (isAfterChange(now)) return 'OPAQUE_TOKEN';
  if (refreshTokenType === 'JSON_WEB_TOKEN' || refreshTokenType === 'OPAQUE_TOKEN') return refreshTokenType;
  return Date.parse(createdAt) < opaqueByDefaultFrom ? 'JSON_WEB_TOKEN' : 'OPAQUE_TOKEN';
}

/** Whether a refresh token is a JWT by its form: an opaque one has no dots. */
export const isJwtRefreshToken = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
