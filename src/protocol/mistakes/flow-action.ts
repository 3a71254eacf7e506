import type { Diagnosis } from './diagnosis.js';

export interface ActionQuestion {
  /** As in its media type: `user.register`. */
  readonly action: string;
  readonly status: string;
  /** The actions that the flow offers now. */
  readonly offered: readonly string[];
  /** The action fits the status, and the sign-on policy does not allow it. */
  readonly disallowed: boolean;
}

const settings: Readonly<Record<string, Pick<Diagnosis, 'code' | 'title' | 'fix'>>> = {
  'user.register': {
    code: 'registration_not_enabled',
    title: 'Registration is not enabled in the sign-on policy of this flow',
    fix: 'Set registration: { "enabled": true, "population": { "id": … } } in the LOGIN action of the policy that the application uses: in the seed, or by PUT …/signOnPolicies/{id}/actions/{id}.',
  },
  'password.forgot': {
    code: 'recovery_not_enabled',
    title: 'Password recovery is not enabled in the sign-on policy of this flow',
    fix: 'Set recovery: { "enabled": true } in the LOGIN action of the policy that the application uses: in the seed, or by PUT …/signOnPolicies/{id}/actions/{id}.',
  },
};

/** Why a flow does not take an action. */
export function diagnoseFlowAction({ action, status, offered, disallowed }: ActionQuestion): Diagnosis {
  const why = `The flow is in status ${status} and offers ${offered.join(', ') || 'no action'}.`;
  const setting = disallowed ? settings[action] : undefined;
  if (setting) return { ...setting, why: `${why} It would offer ${action} here as well if its policy allowed it.`, confidence: 'exact' };
  return {
    code: 'action_not_offered',
    title: `A flow in status ${status} does not take the action ${action}`,
    why,
    fix: 'Read status and _links of the flow after each action, and send one of those. A flow that has ended takes none: start with a new authorization request.',
    confidence: 'exact',
  };
}
