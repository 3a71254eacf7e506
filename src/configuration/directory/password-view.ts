import type { PasswordPolicy } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { toLinks } from '../../pingone/hal.js';

export type PasswordStatus = 'OK' | 'NO_PASSWORD' | 'PASSWORD_EXPIRED' | 'PASSWORD_LOCKED_OUT' | 'MUST_CHANGE_PASSWORD' | 'EXTERNAL';

/** The state of a user's password. */
export interface PasswordState {
  readonly user: User;
  readonly policy: PasswordPolicy;
  readonly status: PasswordStatus;
  readonly lastChangedAt?: string | undefined;
  readonly secondsUntilUnlock?: number | undefined;
}

/** A password policy as an answer shows it. */
export const showPasswordPolicy = (policy: PasswordPolicy, environmentUrl: string) => ({
  _links: toLinks({ self: `${environmentUrl}/passwordPolicies/${policy.id}`, environment: environmentUrl }),
  ...policy,
});

/** The state of a password (docs/fidelity.md, management 6.5). */
export function showPasswordState({ user, policy, status, lastChangedAt, secondsUntilUnlock }: PasswordState, environmentUrl: string) {
  const userUrl = `${environmentUrl}/users/${user.id}`;
  const self = `${userUrl}/password`;
  return {
    _links: toLinks({
      self,
      environment: environmentUrl,
      user: userUrl,
      passwordPolicy: `${environmentUrl}/passwordPolicies/${policy.id}`,
      'password.check': self,
      'password.reset': self,
      'password.set': self,
      'password.recover': self,
    }),
    environment: user.environment,
    user: { id: user.id },
    passwordPolicy: { id: policy.id },
    status,
    lastChangedAt,
    secondsUntilUnlock,
  };
}
