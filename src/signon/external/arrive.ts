import { attributeOf } from '../../configuration/directory/attribute-paths.js';
import { findLinkedUser, linkAccount, updateFromProvider } from '../../configuration/identity-providers/linked-accounts.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { ExternalAccount, Flow, MappedAttribute } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { findActiveUser } from '../../environment/sessions.js';
import { textMember } from '../../lib/unknown.js';
import { refuseProfile } from '../../pingone/body-refusals.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { invalidData } from '../../pingone/pingone-error.js';
import { advance, withProvider } from '../engine.js';
import { saveFlow } from '../flows.js';
import { isEnabled } from '../policy-actions.js';
import type { Step, StepResult } from '../step.js';
import { createLinkedUser, findMatchingUser, mappedAttributesOf } from './accounts.js';
import type { Identity } from './identity.js';
import { actionOf, authoritativeProvider, usableProvider } from './offered.js';

/** Why no user could be signed on: for the person, and for the transaction. */
export class NobodyToSignOn extends Error {}

/** A person has signed on at a provider: the linked user is signed on, or is found, confirmed or created first (docs/fidelity.md, 7.8). */
export async function arrive(step: Step, provider: IdentityProvider, { externalId, attributes: answer }: Identity): Promise<StepResult> {
  const { environment, flow, exchange } = step;
  const attributes = await mappedAttributesOf(environment, provider, answer);
  const linked = await findLinkedUser(environment, provider.id, externalId);
  if (!linked) return settle(step, provider, { providerId: provider.id, externalId, attributes });
  if (!(await findActiveUser(environment, linked.id))) throw new NobodyToSignOn(`the user ${linked.username} is disabled or locked`);
  if (flow.userId !== undefined && flow.userId !== linked.id)
    throw new NobodyToSignOn(`the account belongs to ${linked.username}, and this sign-on to another user`);
  return go(step, provider, await updateFromProvider(environment, linked, attributes, exchange));
}

/** The sign-on goes on with a user who has signed on at a provider. */
const go = async (step: Step, provider: IdentityProvider, user: User): Promise<StepResult> =>
  advance({ ...step, flow: await withProvider(step.environment, step.flow, provider.id, user) });

/** Finds or creates the user of an account that is not linked yet; or waits for the person, who confirms or links it. */
async function settle(step: Step, provider: IdentityProvider, account: ExternalAccount): Promise<StepResult> {
  const { environment, flow, exchange } = step;
  const registration = (await actionOf(environment, flow))?.registration;
  const ownPopulation = provider.registration?.population?.id;
  const mayCreate = flow.userId === undefined && (ownPopulation !== undefined || isEnabled(registration) === true);
  if (
    mayCreate &&
    !account.confirmed &&
    (registration as { confirmIdentityProviderAttributes?: unknown })?.confirmIdentityProviderAttributes === true
  )
    return wait(step, 'ACCOUNT_CONFIRMATION_REQUIRED', account);
  const matching = await findMatchingUser(environment, account.attributes);
  // The provider itself says who its own users are.
  const isTheirs = matching && hasName(account, matching) && (await authoritativeProvider(environment, matching))?.id === provider.id;
  if (matching && isTheirs && (flow.userId ?? matching.id) === matching.id) {
    if (!(await findActiveUser(environment, matching.id))) throw new NobodyToSignOn(`the user ${matching.username} is disabled or locked`);
    return go(step, provider, await linkAccount(environment, matching, account, exchange));
  }
  if (matching || !mayCreate) return wait(step, 'ACCOUNT_LINKING_REQUIRED', account);
  if (!account.attributes.some(({ name }) => name === 'username'))
    throw new NobodyToSignOn('the mapping of username gave no valid user name');
  const populationId = ownPopulation ?? textMember((registration as { population?: unknown } | undefined)?.population, 'id');
  return go(step, provider, await createLinkedUser(environment, provider, account, { populationId, exchange }));
}

const hasName = ({ attributes }: ExternalAccount, { username }: User): boolean =>
  attributes.some(({ name, value }) => name === 'username' && String(value).toLowerCase() === username.toLowerCase());

const wait = async ({ environment, flow }: Step, status: Flow['status'], external: ExternalAccount): Promise<StepResult> => ({
  flow: await saveFlow(environment, {
    ...flow,
    status,
    external,
    attributes: status === 'ACCOUNT_CONFIRMATION_REQUIRED' ? shownAttributes(external.attributes) : undefined,
  }),
});

/** What a person is asked to confirm: the username, which is required, and what the provider sent. */
const shownAttributes = (attributes: readonly MappedAttribute[]): { name: string; required: boolean }[] =>
  ['username', ...attributes.filter(({ value }) => typeof value === 'string').map(({ name }) => name)]
    .filter((name, at, all) => all.indexOf(name) === at)
    .slice(0, 20)
    .map((name) => ({ name, required: name === 'username' }));

/**
 * Confirms what a provider sent (`user.confirm`). The user is created with what the person changed or left out; without a
 * body, with everything as it was sent (inferred).
 */
export async function confirmAccount(step: Step, _input: object, body: Readonly<Record<string, unknown>>): Promise<StepResult> {
  const { environment, flow } = step;
  const { external } = flow;
  const provider = await usableProvider(environment, external?.providerId);
  if (!external || !provider) throw invalidData({ code: 'INVALID_VALUE', message: flowTexts.provider.text });
  const isChanged = Object.keys(body).length > 0;
  const sent = body as unknown as User;
  if (isChanged && typeof attributeOf(sent, 'username') !== 'string')
    throw refuseProfile([], [{ code: 'REQUIRED_VALUE', target: 'username', message: flowTexts.required.text }]);
  const attributes = isChanged
    ? (flow.attributes ?? []).flatMap(({ name }): MappedAttribute[] => {
        const value = attributeOf(sent, name);
        const { update = 'EMPTY_ONLY' } = external.attributes.find((attribute) => attribute.name === name) ?? {};
        return typeof value === 'string' && value !== '' ? [{ name, value, update }] : [];
      })
    : external.attributes;
  const confirmed: ExternalAccount = { ...external, attributes, confirmed: true };
  return settle({ ...step, flow: { ...flow, attributes: undefined } }, provider, confirmed);
}
