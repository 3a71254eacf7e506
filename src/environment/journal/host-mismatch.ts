import type { FastifyBaseLogger } from 'fastify';

/** Host names come from clients and must not fill the memory. */
const maxPairs = 64;

/** Called with the base URLs of the authorization request and of the token request. */
export type WarnOnHostMismatch = (authorizedUnder: string, redeemedUnder: string) => void;

/**
 * Warns, once a pair of base URLs, if an application uses one host name at /authorize and another at /token: `iss` in its
 * tokens then differs from the issuer that it discovered.
 */
export function createHostMismatchWarning(log: Pick<FastifyBaseLogger, 'warn'>, most = maxPairs): WarnOnHostMismatch {
  const reported = new Set<string>();
  return (authorizedUnder, redeemedUnder) => {
    const pair = `${authorizedUnder} ${redeemedUnder}`;
    if (authorizedUnder === redeemedUnder || reported.has(pair) || reported.size >= most) return;
    reported.add(pair);
    const { origin } = new URL(authorizedUnder);
    const everywhere = new URL(redeemedUnder);
    everywhere.hostname = 'pingone.localhost';
    log.warn(
      { event: 'names', authorizedUnder, redeemedUnder },
      `authorize was sent to ${origin}, token to ${new URL(redeemedUnder).origin}; iss will be the latter. If your application rejects it, ` +
        `set PINGONE_MOCK_BASE_URL=${origin} or use ${everywhere.origin} everywhere`,
    );
  };
}
