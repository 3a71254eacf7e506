import type { IdentityProvider } from '../../environment/model/identity-providers.js';
import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import { authenticateUrl, awaitedProviderOf } from '../external/offered.js';
import { attributeField } from './attribute-field.js';
import { problemBox } from './form-parts.js';
import { beginAgain, cancel, type MakeView, policyStep, purpose, type ViewInput } from './view.js';

/** The link to an external provider, with the name that the configuration gives it. */
export const providerLink = (
  { flow, words }: ViewInput,
  provider: IdentityProvider,
  look: 'provider' | 'provider primary' = 'provider',
): Html => {
  const text = words.html('button.provider', { provider: html`<bdi>${provider.name}</bdi>` });
  return html`<a class="${look}" href="${authenticateUrl(flow, provider)}"><span>${text}</span></a>`;
};

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
    const { environment, flow, words } = input;
    const provider = await awaitedProviderOf(environment, flow);
    const { problem } = withExternalProblem(input);
    // No click is needed, unless the provider has just refused.
    if (provider && !problem) return { redirect: authenticateUrl(flow, provider) };
    return {
      heading: words.text('heading.signOn'),
      body: html`<h1>${words.text('heading.signOn')}</h1>
${purpose(input)}
${problemBox(problem)}
${provider ? providerLink(input, provider, 'provider primary') : html`<p lang="en">The identity provider of the sign-on policy is not available.</p>`}
<div class="others">${[beginAgain(input), cancel(input)]}</div>`,
    };
  },
  ACCOUNT_LINKING_REQUIRED: async (input) =>
    policyStep(input, {
      heading: input.words.text('heading.linkAccount'),
      intro: html`<p>${input.words.html('text.link', { provider: await providerName(input) })}</p>`,
      fields: [
        {
          name: 'username',
          label: input.words.text('label.username'),
          type: 'text',
          autocomplete: 'username',
          value: input.typed?.username ?? input.user?.username ?? textValue(input, 'username'),
        },
        { name: 'password', label: input.words.text('label.password'), type: 'password', autocomplete: 'current-password' },
      ],
      button: input.words.text('button.link'),
    }),
  ACCOUNT_CONFIRMATION_REQUIRED: async (input) =>
    policyStep(input, {
      heading: input.words.text('heading.confirmData'),
      intro: html`<p>${input.words.html('text.confirmData', { provider: await providerName(input) })}</p>`,
      fields: (input.flow.attributes ?? []).map((attribute, at) => ({
        ...attributeField(input, attribute, at),
        value: input.typed?.[`attribute${at}`] ?? textValue(input, attribute.name),
      })),
      button: input.words.text('button.confirm'),
    }),
};
