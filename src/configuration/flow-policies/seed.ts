import { oneOf } from '../../lib/schema/types.js';
import { without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, flag, ignored, name, text } from '../seed/schema-parts.js';
import { refusal, within } from '../seed/seed-error.js';
import { hexId } from './flow-policies.js';
import { nodeProblems } from './judge-nodes.js';
import { presetNames } from './presets.js';
import { flowNode, flowPolicyId } from './schema.js';

/** Flow policies in a seed, with what their flows consist of. One replaces the flow policy of its name. */
export const flowPolicySeeds = seedKind('flowPolicies', {
  schema: {
    type: 'object',
    required: ['name'],
    properties: {
      id: flowPolicyId,
      name,
      enabled: flag,
      application: { type: 'object', properties: { id: text, name: text } },
      trigger: { type: 'object', properties: { type: oneOf('AUTHENTICATION') } },
      preset: oneOf(...presetNames),
      nodes: { type: 'array', items: flowNode, maxItems: 100 },
      ...ignored,
      // What DaVinci's own API shows of a flow policy besides.
      status: answered,
    },
  },
  async put({ environment }, seed, place) {
    const { flowPolicies } = environment.store;
    if (seed.preset !== undefined && seed.nodes)
      throw refusal(within(place, 'preset'), 'a flow policy has either its own nodes or a preset; give one of the two');
    const [problem] = seed.nodes ? nodeProblems(seed.nodes) : [];
    if (problem) throw refusal(within(place, `nodes${problem.path}`), problem.message);
    const named = (await flowPolicies.list()).find((policy) => policy.name === seed.name);
    const id = seed.id?.toLowerCase() ?? named?.id ?? hexId('flow policy', environment.id, seed.name);
    if (named && named.id !== id) await flowPolicies.take(named.id);
    await flowPolicies.put({ ...itemOf(environment, { ...seed, id }), enabled: seed.enabled ?? true, trigger: { type: 'AUTHENTICATION' } });
  },
  collect: async (reader) =>
    (await reader.list('/flowPolicies')).map(({ trigger, application, ...policy }) => ({
      ...without(policy as typeof policy & { id: string }),
      ...(application !== undefined && { application }),
    })),
});
