import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { FlowPolicy } from '../../environment/model/flow-policies.js';
import { isOwnReading } from '../../environment/public-urls.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { applicationOf } from '../applications/applications.js';
import { equal, filterable } from '../http/filterable.js';
import { planOf } from '../http/filtering.js';
import { queryOf } from '../http/paging.js';
import { addressOf, environmentUrl, idOf, ofEnvironment } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { assignFlowPolicy, flowPolicyOf, replaceFlowPolicyAssignment } from './flow-policies.js';
import { flowPolicyAssignmentBody, flowPolicyId } from './schema.js';

const collection = '/environments/:environmentId/flowPolicies';
const filterablePolicies = filterable<FlowPolicy>([
  ['id', equal],
  ['name', equal],
  ['trigger.type', equal],
]);

/** DaVinci's flow policies, which this API only reads (docs/fidelity.md, management 7.23). */
export const flowPolicies: Endpoint = (app, context) => {
  // Only the mock knows what a flow consists of, so only an export has it.
  const show = (policy: FlowPolicy, environment: string, isOwn: boolean) =>
    showItem(policy, { self: `${environment}/flowPolicies/${policy.id}`, environment }, [
      ...moments,
      ...(isOwn ? [] : ['preset', 'nodes']),
    ]);

  app.get(collection, { schema: { params: ofEnvironment, querystring: object({}, { filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const plan = await planOf(undefined, request.query.filter, filterablePolicies);
    const found = (await environment.store.flowPolicies.list()).filter((policy) => plan?.fits(policy) ?? true);
    const url = environmentUrl(context, request, environment);
    const shown = found.map((policy) => show(policy, url, isOwnReading(request.raw)));
    return toCollection('flowPolicies', shown, {
      self: `${addressOf(context, request, collection)}${queryOf(request)}`,
      count: shown.length,
    });
  });

  const params = object({ ...ofEnvironment.properties, flowPolicyId });
  app.get(`${collection}/:flowPolicyId`, { schema: { params } }, async (request) => {
    const environment = environmentOf(context, request);
    const policy = await flowPolicyOf(environment, idOf(request, 'flowPolicyId').toLowerCase());
    return show(policy, environmentUrl(context, request, environment), isOwnReading(request.raw));
  });
};

/** Which flow policies an application uses, and in which order (docs/fidelity.md, management 7.23). */
export const flowPolicyAssignments: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/applications/:applicationId/flowPolicyAssignments/:itemId',
    parent: applicationOf,
    items: async ({ environment: { store }, parent }) =>
      (await store.flowPolicyAssignments.find('application.id', parent.id)).sort((a, b) => a.priority - b.priority),
    show: (assignment, { self, environment, parent }) =>
      showItem(
        assignment,
        { self, environment, application: parent, flowPolicy: `${environment}/flowPolicies/${assignment.flowPolicy.id}` },
        moments,
      ),
  });
  list();
  create(flowPolicyAssignmentBody, ({ environment, parent }, body) => assignFlowPolicy(environment, parent, body));
  read();
  replace(flowPolicyAssignmentBody, ({ environment }, existing, body) => replaceFlowPolicyAssignment(environment, existing, body));
  remove(({ environment }, assignment) => environment.store.flowPolicyAssignments.take(assignment.id));
};
