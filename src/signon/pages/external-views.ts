import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import { authenticateUrl, awaitedProviderOf } from '../external/offered.js';
import { type FieldInput, problemBox } from './form-parts.js';
import { labelOf } from './labels.js';
import { beginAgain, cancel, type MakeView, policyStep, purpose, type ViewInput } from './view.js';

/** The link to an external provider, with the name that the configuration gives it. */
export const providerLink = (flow: Flow, provider: IdentityProvider, look: 'provider' | 'provider primary' = 'provider'): Html =>
  html`<a class="${look}" href="${authenticateUrl(flow, provider)}">Continue with <bdi>${provider.name}</bdi></a>`;

/** The page of a flow with why the last sign-on at a provider failed, unless there is a newer problem. */
export const withExternalProblem = (input: ViewInput): ViewInput => {
  const { externalProblem: message } = input.flow;
  return { ...input, problem: input.problem ?? (message === undefined ? undefined : { message: `${message}.`, fields: [], focus: '' }) };
};

const textValue = ({ flow: { external } }: ViewInput, name: string): string | undefined => {
  const value = external?.attributes.find((attribute) => attribute.name === name)?.value;
  return typeof value === 'string' ? value : undefined;
};

const providerName = async ({ environment, flow: { external } }: ViewInput): Promise<Html> => {
  const provider = external && (await environment.store.identityProviders.get(external.providerId));
  return html`<strong><bdi>${provider?.name ?? 'another provider'}</bdi></strong>`;
};

/** The pages of a sign-on at an external provider. */
export const externalViews: Partial<Record<FlowStatus, MakeView>> = {
  EXTERNAL_AUTHENTICATION_REQUIRED: async (input) => {
    const { environment, flow } = input;
    const provider = await awaitedProviderOf(environment, flow);
    const { problem } = withExternalProblem(input);
    // Nobody has to click, unless the provider has just refused.
    if (provider && !problem) return { redirect: authenticateUrl(flow, provider) };
    return {
      heading: 'Sign On',
      body: html`<h1>Sign On</h1>
${purpose(input)}
${problemBox(problem)}
${provider ? providerLink(flow, provider, 'provider primary') : html`<p>The identity provider of the sign-on policy is not available.</p>`}
<div class="others">${[beginAgain, cancel]}</div>`,
    };
  },
  ACCOUNT_LINKING_REQUIRED: async (input) =>
    policyStep(input, {
      heading: 'Link Your Account',
      intro: html`<p>You have signed on with ${await providerName(input)}. Sign on to your account here once; after that, the two are linked.</p>`,
      fields: [
        {
          name: 'username',
          label: 'Username',
          type: 'text',
          autocomplete: 'username',
          value: input.typed?.username ?? input.user?.username ?? textValue(input, 'username'),
        },
        { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
      ],
      button: 'Link and sign on',
    }),
  ACCOUNT_CONFIRMATION_REQUIRED: async (input) =>
    policyStep(input, {
      heading: 'Confirm Your Data',
      intro: html`<p>This is what ${await providerName(input)} says about you. Your account will be created with it.</p>`,
      fields: (input.flow.attributes ?? []).map(
        ({ name, required }, at): Omit<FieldInput, 'focus'> => ({
          name: `attribute${at}`,
          label: required ? labelOf(name) : `${labelOf(name)} (optional)`,
          type: 'text',
          autocomplete: 'off',
          optional: !required,
          value: input.typed?.[`attribute${at}`] ?? textValue(input, name),
        }),
      ),
      button: 'Confirm and continue',
    }),
};
