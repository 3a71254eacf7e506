import { policyOfFlow } from '../../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../../environment/context.js';
import type { SignOnPolicyAction } from '../../environment/model/configuration.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { membersOf, textMember } from '../../lib/unknown.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { parseTemplate } from '../../pingone/expressions/expression.js';

/** The statuses in which a page offers providers beside the password. */
const withButtons: readonly FlowStatus[] = ['SIGN_ON_REQUIRED', 'USERNAME_PASSWORD_REQUIRED', 'PASSWORD_REQUIRED'];

/** The action of its policy that a flow waits in. */
export async function actionOf(environment: Environment, flow: Flow): Promise<SignOnPolicyAction | undefined> {
  const { actions } = await policyOfFlow(environment, flow);
  return actions.find(({ id }) => id === flow.actionId);
}

/** A provider that people can sign on at. */
export async function usableProvider({ store }: Environment, id: string | undefined): Promise<IdentityProvider | undefined> {
  const provider = id === undefined ? undefined : await store.identityProviders.get(id.toLowerCase());
  return provider?.enabled && provider.type !== 'SAML' ? provider : undefined;
}

/** The providers that a flow offers beside the password (docs/fidelity.md, 4.1). */
export async function socialProvidersOf(environment: Environment, flow: Flow): Promise<IdentityProvider[]> {
  if (!withButtons.includes(flow.status)) return [];
  const action = await actionOf(environment, flow);
  const listed: readonly unknown[] = Array.isArray(action?.socialProviders) ? action.socialProviders : [];
  const providers = await Promise.all(listed.slice(0, 50).map((each) => usableProvider(environment, textMember(each, 'id'))));
  return providers.filter((provider) => provider !== undefined);
}

/** The value of a discovery rule for the name that a person typed; undefined if its expression fails. */
function identified(value: unknown, identifier: string, now: number): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return parseTemplate(value).evaluate({ identifier }, now);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** The provider that the rules of an IDENTIFIER_FIRST action find for a name: that of the first rule that fits (docs/fidelity.md, 7.8). */
export async function discoveredProvider(
  environment: Environment,
  { discoveryRules }: SignOnPolicyAction,
  identifier: string,
): Promise<IdentityProvider | undefined> {
  const now = environment.clock.now();
  const rules: readonly unknown[] = Array.isArray(discoveryRules) ? discoveryRules : [];
  const found = rules.map(membersOf).find(({ condition }) => {
    const { contains, value } = membersOf(condition);
    const actual = identified(value, identifier, now);
    return typeof contains === 'string' && typeof actual === 'string' && actual.toLowerCase().includes(contains.toLowerCase());
  });
  return found && usableProvider(environment, textMember(found.identityProvider, 'id'));
}

/**
 * The provider that has authority over a user's credentials: the user's own, or the default one of the population. Undefined
 * if that is PingOne, or a provider that people cannot sign on at (docs/fidelity.md, 7.8).
 */
export async function authoritativeProvider(environment: Environment, user: User): Promise<IdentityProvider | undefined> {
  const own = user.identityProvider.id;
  const population = own === undefined && user.population ? await environment.store.populations.get(user.population.id) : undefined;
  return usableProvider(environment, own ?? population?.defaultIdentityProvider?.id);
}

/** The one provider that a flow waits for. */
export async function awaitedProviderOf(environment: Environment, flow: Flow): Promise<IdentityProvider | undefined> {
  if (flow.status !== 'EXTERNAL_AUTHENTICATION_REQUIRED') return undefined;
  const action = await actionOf(environment, flow);
  return usableProvider(environment, flow.awaitedProviderId ?? textMember(action?.identityProvider, 'id'));
}

/** The provider with an id, if the flow offers it now. */
export async function offeredProvider(environment: Environment, flow: Flow, id: string | undefined): Promise<IdentityProvider | undefined> {
  const wanted = id?.toLowerCase();
  const awaited = await awaitedProviderOf(environment, flow);
  return [...(awaited ? [awaited] : []), ...(await socialProvidersOf(environment, flow))].find((provider) => provider.id === wanted);
}

/** Where the browser begins to sign on at a provider. */
export const authenticateUrl = ({ baseUrl, id }: Flow, provider: IdentityProvider): string =>
  `${baseUrl}/rp/authenticate?providerId=${provider.id}&flowId=${id}`;
