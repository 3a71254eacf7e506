import type { Context, Environment } from '../../environment/context.js';
import type { CustomDomain } from '../../environment/model/custom-domains.js';
import { serialize } from '../../environment/serialize.js';
import { roleOfHost } from '../../pingone/hosts.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique, requestFailed } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { readDomainCertificate } from './certificates.js';
import type { DomainCertificateBody } from './schema.js';

/** The domain of this id, or a 404. */
export const customDomainOf = finder(({ customDomains }) => customDomains);

/** What a CNAME record has to point to: a name with the dot of the root at its end, as PingOne shows it. */
export const newCanonicalName = ({ random }: Environment): string => `${random.uuid()}.edge1.pingone.com.`;

/** Requires a name that neither PingOne nor another environment has. */
export async function requireFreeName({ environments }: Context, environment: Environment, domainName: string): Promise<void> {
  if (roleOfHost(domainName) !== undefined) throw invalidValue('domainName', texts.domainReserved.text);
  for (const other of environments.list())
    if (other.id !== environment.id && (await other.store.customDomains.find('domainName', domainName)).length > 0)
      throw notUnique('domainName');
}

/** Adds a domain; an environment has at most one (docs/fidelity.md, management 7.9). */
export async function createCustomDomain(context: Context, environment: Environment, name: string): Promise<CustomDomain> {
  const domainName = name.toLowerCase();
  const { customDomains } = environment.store;
  return serialize(environment, 'customDomains', async () => {
    await requireFreeName(context, environment, domainName);
    if ((await customDomains.find('domainName', domainName)).length > 0) throw notUnique('domainName');
    if ((await customDomains.count()) > 0) throw constraint(texts.domainLimit.text);
    const { id, environment: own, createdAt, updatedAt } = newMembers(environment);
    const domain: CustomDomain = {
      id,
      environment: own,
      domainName,
      status: 'VERIFICATION_REQUIRED',
      canonicalName: newCanonicalName(environment),
      createdAt,
      updatedAt,
    };
    await putUnique(customDomains, domain, 'domainName');
    return domain;
  });
}

const refusedStatus = (message: string) => requestFailed({ code: 'INVALID_VALUE', target: 'status', message });

/** Changes a domain; changes wait for each other. */
const change = (environment: Environment, id: string, make: (domain: CustomDomain) => Partial<CustomDomain>): Promise<CustomDomain> =>
  serialize(environment, 'customDomains', async () => {
    const domain = await customDomainOf(environment, id);
    const changed = { ...domain, ...make(domain), ...keptMembers(environment, domain) };
    await environment.store.customDomains.put(changed);
    return changed;
  });

/** Verifies a domain. The mock does not query DNS: it assumes that every domain has the record that PingOne looks for. */
export const verifyDomain = (environment: Environment, id: string): Promise<CustomDomain> =>
  change(environment, id, ({ status }) => {
    if (status !== 'VERIFICATION_REQUIRED') throw refusedStatus(texts.domainVerified.text);
    return { status: 'SSL_CERTIFICATE_REQUIRED' };
  });

/** Imports the certificate of a verified domain, which is active from then on, or replaces the one that it has. */
export const importDomainCertificate = (environment: Environment, id: string, body: DomainCertificateBody): Promise<CustomDomain> =>
  change(environment, id, ({ status, domainName }) => {
    if (status === 'VERIFICATION_REQUIRED') throw refusedStatus(texts.domainNotVerified.text);
    const { expiresAt, chain, privateKey } = readDomainCertificate(body, domainName, environment.clock.now());
    return { status: 'ACTIVE', certificate: { expiresAt }, imported: { chain, privateKey } };
  });
