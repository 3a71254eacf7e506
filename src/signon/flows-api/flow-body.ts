import { passwordPolicyOf } from '../../configuration/directory/passwords.js';
import { defaultPopulation } from '../../configuration/directory/users.js';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { PasswordPolicy } from '../../environment/model/configuration.js';
import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { signOnUrl } from '../../pingone/hosts.js';
import { actionNames, isOver, offers } from '../actions.js';
import { authenticateUrl, awaitedProviderOf, socialProvidersOf } from '../external/offered.js';
import { showDevices, showSecondFactor } from '../mfa/view.js';

interface FlowView {
  readonly application: Application | undefined;
  readonly user?: User | undefined;
  /** What a new password has to meet, in the steps that ask for one. */
  readonly passwordPolicy?: PasswordPolicy | undefined;
  /** The external providers that the page offers beside the password. */
  readonly socialProviders?: readonly IdentityProvider[];
  /** The external provider that the flow waits for, or that an account is to be linked from. */
  readonly identityProvider?: IdentityProvider | undefined;
  readonly secondFactor: object;
  /** The final values: only under `pi.flow`, and only once the flow is complete. */
  readonly authorizeResponse?: Readonly<Record<string, unknown>> | undefined;
}

const policyBody = ({ environment, createdAt, updatedAt, default: _isDefault, ...members }: PasswordPolicy) => members;

const authenticateLink = (flow: Flow, provider: IdentityProvider) => ({
  _links: { authenticate: { href: authenticateUrl(flow, provider) } },
});

const providerBody = (flow: Flow, provider: IdentityProvider) => {
  const { id, name, type } = provider;
  return { ...(flow.status === 'EXTERNAL_AUTHENTICATION_REQUIRED' && authenticateLink(flow, provider)), id, name, type };
};

/** What a person is asked to confirm, with the values that the provider sent. */
const confirmedBody = ({ attributes = [], external }: Flow) =>
  attributes.map(({ name, required }) => ({ name, required, value: external?.attributes.find((each) => each.name === name)?.value }));

/** What a flow shows of the step it waits in. The shapes of profile, agreement and confirmation are inferred. */
const stepBody = (flow: Flow, { passwordPolicy, socialProviders = [], identityProvider }: FlowView): Record<string, unknown> => ({
  ...(passwordPolicy && { passwordPolicy: policyBody(passwordPolicy) }),
  ...(socialProviders.length > 0 && {
    socialProviders: socialProviders.map((provider) => {
      const { id, name, type } = provider;
      return { ...authenticateLink(flow, provider), id, name, type };
    }),
  }),
  ...(identityProvider && { identityProvider: providerBody(flow, identityProvider) }),
  ...(flow.status === 'ACCOUNT_CONFIRMATION_REQUIRED' && { attributes: confirmedBody(flow) }),
  ...showDevices(flow),
  ...(flow.status === 'PROFILE_DATA_REQUIRED' && { attributes: flow.attributes }),
});

function flowBody(flow: Flow, view: FlowView) {
  const { application, user, authorizeResponse } = view;
  const href = `${flow.baseUrl}/flows/${flow.id}`;
  return {
    _links: {
      self: { href },
      ...Object.fromEntries(actionNames.filter((name) => offers(flow, name)).map((name) => [name, { href }])),
      ...(!isOver(flow) && { signOnPage: { href: `${signOnUrl(flow.baseUrl)}?flowId=${flow.id}` } }),
    },
    _embedded: {
      ...(user && {
        user: { id: user.id, username: user.username, ...(user.name && { name: { given: user.name.given, family: user.name.family } }) },
      }),
      ...stepBody(flow, view),
      application: { name: application?.name ?? '', ...(application?.icon && { icon: application.icon }) },
    },
    id: flow.id,
    environment: { id: flow.environmentId },
    ...(flow.authentication && { session: { id: flow.authentication.sessionId } }),
    resumeUrl: `${flow.baseUrl}/as/resume?flowId=${flow.id}`,
    status: flow.status,
    createdAt: new Date(flow.createdAt).toISOString(),
    expiresAt: new Date(flow.expiresAt).toISOString(),
    ...(flow.status === 'PROFILE_DATA_REQUIRED' && flow.promptText !== undefined && { promptText: flow.promptText }),
    ...view.secondFactor,
    ...(flow.error && { error: flow.error }),
    ...(authorizeResponse && { authorizeResponse }),
  };
}

const asksForNewPassword: readonly FlowStatus[] = ['PASSWORD_EXPIRED', 'MUST_CHANGE_PASSWORD'];

/** A flow as PingOne shows it (docs/fidelity.md, 4.1). */
export async function describeFlow(environment: Environment, flow: Flow, authorizeResponse?: Record<string, unknown>) {
  const { store } = environment;
  const application = await store.applications.get(flow.applicationId);
  const user: User | undefined = flow.userId === undefined ? undefined : await store.users.get(flow.userId);
  const population = user?.population ?? (flow.registration ? await defaultPopulation(environment) : undefined);
  const isAsked = asksForNewPassword.includes(flow.status) || flow.registration === true;
  const passwordPolicy = isAsked && population ? await passwordPolicyOf(environment, { population }) : undefined;
  const socialProviders = await socialProvidersOf(environment, flow);
  const linked = flow.external && (await store.identityProviders.get(flow.external.providerId));
  const identityProvider = linked ?? (await awaitedProviderOf(environment, flow));
  const secondFactor = await showSecondFactor(environment, flow);
  return flowBody(flow, { application, user, passwordPolicy, socialProviders, identityProvider, secondFactor, authorizeResponse });
}
