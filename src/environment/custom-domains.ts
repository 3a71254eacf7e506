import type { Collection } from '../lib/collections/types.js';
import type { CustomDomain } from './model/custom-domains.js';

/** The active custom domains of an environment, by name. */
export interface ActiveDomains {
  get(hostName: string): CustomDomain | undefined;
  /** Reads those that are already in the collection. */
  load(): Promise<void>;
}

/**
 * Keeps the active domains of a collection in memory, because every request and every TLS handshake looks them up. Each
 * change of the collection updates them.
 */
export function trackDomains(customDomains: Pick<Collection<CustomDomain>, 'list' | 'onChange'>): ActiveDomains {
  const byName = new Map<string, CustomDomain>();
  const names = new Map<string, string>();
  const track = (id: string, domain: CustomDomain | undefined): void => {
    const before = names.get(id);
    if (before !== undefined) byName.delete(before);
    names.delete(id);
    if (domain?.status !== 'ACTIVE') return;
    byName.set(domain.domainName, domain);
    names.set(id, domain.domainName);
  };
  customDomains.onChange(track);
  return {
    get: (hostName) => byName.get(hostName),
    async load() {
      for (const domain of await customDomains.list()) track(domain.id, domain);
    },
  };
}
