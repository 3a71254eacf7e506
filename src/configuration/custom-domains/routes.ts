import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { CustomDomain } from '../../environment/model/custom-domains.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { actionOf } from '../../pingone/media-types.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { environmentUrl, ofItem } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { createCustomDomain, customDomainOf, importDomainCertificate, verifyDomain } from './custom-domains.js';
import { customDomainBody, domainCertificateBody } from './schema.js';

const path = '/environments/:environmentId/customDomains/:itemId';

const readCertificate = bodyReader(domainCertificateBody);

/** Custom domains (docs/fidelity.md, management 7.9). */
export const customDomains: Endpoint = (app, context) => {
  const show = (domain: CustomDomain, environment: string) =>
    showItem(domain, { self: `${environment}/customDomains/${domain.id}`, environment }, [...moments, 'imported']);
  const { list, create, read, remove } = resource(app, context, {
    path,
    items: ({ environment: { store } }) => store.customDomains.list(),
    find: customDomainOf,
    show: (domain, { environment }) => show(domain, environment),
  });
  list();
  create(customDomainBody, ({ environment }, { domainName }) => createCustomDomain(context, environment, domainName));
  read();

  const acts = accepting({ 'domainName.verify': nothing, 'certificate.import': domainCertificateBody });
  app.post(path, { schema: { params: ofItem }, config: acts }, async (request) => {
    const environment = environmentOf(context, request);
    const { itemId } = request.params;
    const domain =
      actionOf(mediaTypeOf(request)) === 'domainName.verify'
        ? await verifyDomain(environment, itemId)
        : await importDomainCertificate(environment, itemId, readCertificate(request.body));
    return show(domain, environmentUrl(context, request, environment));
  });

  remove(({ environment: { store } }, { id }) => store.customDomains.take(id));
};
