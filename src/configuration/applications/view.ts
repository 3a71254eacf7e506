import type { Application } from '../../environment/model/application.js';
import { toLinks } from '../../pingone/hal.js';

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
