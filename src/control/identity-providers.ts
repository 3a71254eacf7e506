import { partnerAttributes, providerFrom, someoneElseMembers } from '../configuration/identity-providers/from-environment.js';
import { createProvider, createProviderAttribute, providerOf } from '../configuration/identity-providers/providers.js';
import { playedBy } from '../configuration/identity-providers/schema.js';
import type { App, Context, Environment } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, string, uuid } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { somebody } from '../signon/external/ways.js';
import { creates, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentNamed, environmentOfPath, environmentPath } from './paths.js';

const body = object(
  { from: string },
  { name: { type: 'string', minLength: 1, maxLength: 256 } as const, population: uuid, offered: { type: 'boolean' } as const },
);
const player = object({ playedBy: { ...playedBy, pattern: playedBy.pattern.replace('^(', '^(itself|') } });
const answer = object({ id: string, name: string, type: string });

/** Adds a provider to the page on which people sign on: to the LOGIN action of the default policy. */
async function offer({ store }: Environment, id: string): Promise<void> {
  const policy = (await store.signOnPolicies.list()).find((each) => each.default);
  const actions = policy ? await store.signOnPolicyActions.find('signOnPolicy.id', policy.id) : [];
  const action = actions.find(({ type }) => type === 'LOGIN' || type === 'IDENTIFIER_FIRST');
  if (!action) return;
  const before = Array.isArray(action.socialProviders) ? (action.socialProviders as readonly unknown[]) : [];
  await store.signOnPolicyActions.put({ ...action, socialProviders: [...before, { id }] });
}

/** External identity providers that only the mock has: other environments, and who plays a provider. */
export const identityProviders = (app: App, context: Context): void => {
  const path = `${environmentPath}/identity-providers`;
  const create = {
    schema: {
      summary:
        'Make another environment (from), or someone-else (a page of the mock), an identity provider of this one, and offer it on the sign-on page unless offered is false',
      body,
      answers: creates(answer),
    },
  };
  app.post(path, create, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { from } = request.body;
    const partner = from === somebody ? undefined : environmentNamed(context, from);
    if (partner?.id === environment.id)
      throw new ControlError(
        400,
        'value_refused',
        'from: an environment cannot be its own identity provider',
        'name another environment, or someone-else',
      );
    const { name = partner?.record.name ?? 'Someone else', population, offered = true } = request.body;
    const { store } = environment;
    const registered = population ?? (await store.populations.list()).find((each) => each.default)?.id;
    if ((await store.identityProviders.find('name', name.toLowerCase())).length > 0)
      throw new ControlError(409, 'name_taken', `there already is an identity provider ${JSON.stringify(name)}`, 'choose another name');
    if (population !== undefined && !(await store.populations.get(population.toLowerCase())))
      throw new ControlError(400, 'value_refused', `population: there is no population ${population}`, 'name one of this environment');
    const members = partner
      ? await providerFrom(context, environment, partner, { name, origin: context.origin(request) })
      : someoneElseMembers;
    const provider = await createProvider(environment, {
      name,
      enabled: true,
      ...members,
      ...(registered !== undefined && { registration: { population: { id: registered } } }),
    });
    if (!partner) await store.identityProviders.put({ ...provider, playedBy: somebody });
    for (const attribute of partnerAttributes) {
      const [core] = await store.identityProviderAttributes.find('provider and name', `${provider.id} ${attribute.name}`);
      if (core) await store.identityProviderAttributes.put({ ...core, value: attribute.value });
      else await createProviderAttribute(environment, provider, attribute);
    }
    if (offered) await offer(environment, provider.id);
    return sendJson(reply.code(201), { id: provider.id, name, type: provider.type });
  });

  const play = {
    schema: {
      summary: 'Say who plays an identity provider: someone-else (a page of the mock), real, an address, or itself (its own members)',
      body: player,
      answers: shows(answer),
    },
  };
  app.put(`${path}/:providerId/player`, play, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const id = textMember(request.params, 'providerId') ?? '';
    const provider = await providerOf(environment, id.toLowerCase()).catch(() => undefined);
    if (!provider)
      throw new ControlError(
        404,
        'provider_unknown',
        `there is no identity provider ${JSON.stringify(id)}`,
        'see …/v1/environments/{id}/identityProviders',
      );
    const { playedBy: _, ...members } = provider;
    const { playedBy: chosen } = request.body;
    await environment.store.identityProviders.put({ ...members, ...(chosen !== 'itself' && { playedBy: chosen }) });
    return sendJson(reply, { id: provider.id, name: provider.name, type: provider.type });
  });
};
