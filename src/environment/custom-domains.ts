import type { Collection } from '../lib/collections/types.js';
import type { CustomDomain } from './model/custom-domains.js';

/** The custom domains of an environment that are active, by their names. */
export interface ActiveDomains {
  get(hostName: string): CustomDomain | undefined;
  /** Reads those that the collection holds already. */
  load(): Promise<void>;
}

/**
 * Keeps the active domains of a collection where they can be read at once: each request and each TLS handshake asks for
 * them. Each change of the collection changes them.
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
