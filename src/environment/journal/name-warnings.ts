import type { FastifyBaseLogger } from 'fastify';

/** Names come from clients; they must not fill the memory. */
const rememberedPairs = 64;

/** Tells when the steps of one sign-on come under different base URLs of this server. */
export type NameWarnings = (authorizedUnder: string, redeemedUnder: string) => void;

/**
 * Warns once for each pair of names. An application that is reached by one name and asks the token endpoint by another
 * finds another issuer in its tokens than in its discovery document.
 */
export function createNameWarnings(log: FastifyBaseLogger): NameWarnings {
  const told = new Set<string>();
  return (authorizedUnder, redeemedUnder) => {
    const pair = `${authorizedUnder} ${redeemedUnder}`;
    if (authorizedUnder === redeemedUnder || told.has(pair) || told.size >= rememberedPairs) return;
    told.add(pair);
    const { origin } = new URL(authorizedUnder);
    const everywhere = new URL(redeemedUnder);
    everywhere.hostname = 'pingone.localhost';
    log.warn(
      { event: 'names', authorizedUnder, redeemedUnder },
      `authorize came to ${origin}, token to ${new URL(redeemedUnder).origin}; iss will be the latter. If your application rejects it, ` +
        `set PINGONE_MOCK_BASE_URL=${origin} or use ${everywhere.origin} everywhere`,
    );
  };
}
