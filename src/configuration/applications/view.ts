import type { Application } from '../../environment/model/application.js';
import { toLinks } from '../../pingone/hal.js';
import { onAuthHost } from '../../pingone/hosts.js';

/** The address of the environment's discovery document, which `metadata` leads to (inferred). */
const discoveryOf = (environmentUrl: string): string =>
  `${onAuthHost(environmentUrl).replace('/v1/environments/', '/')}/as/.well-known/openid-configuration`;

/** The links of an application: more for a worker, fewer for a system application (docs/fidelity.md, management 3.2, 3.9). */
function linksOf(application: Application, environmentUrl: string) {
  const { type, protocol, signing } = application;
  const self = `${environmentUrl}/applications/${application.id}`;
  if (type === 'PING_ONE_ADMIN_CONSOLE' || protocol !== 'OPENID_CONNECT') return toLinks({ self, environment: environmentUrl });
  if (type.startsWith('PING_ONE_')) return toLinks({ grants: `${self}/grants`, environment: environmentUrl, self });
  const policy = (signing as { keyRotationPolicy: { id: string } } | undefined)?.keyRotationPolicy.id;
  return toLinks({
    self,
    environment: environmentUrl,
    metadata: type === 'WEB_APP' ? discoveryOf(environmentUrl) : undefined,
    attributes: `${self}/attributes`,
    secret: `${self}/secret`,
    grants: `${self}/grants`,
    roleAssignments: type === 'WORKER' ? `${self}/roleAssignments` : undefined,
    keyRotationPolicy: policy === undefined ? undefined : `${environmentUrl}/keyRotationPolicies/${policy}`,
  });
}

/** An application as an answer shows it. `environmentUrl` is the address of its environment. */
export const showApplication = (application: Application, environmentUrl: string) => ({
  _links: linksOf(application, environmentUrl),
  ...application,
});
