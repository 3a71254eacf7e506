import { hidden } from '../environment/journal/hide-secrets.js';
import type { Result } from './types.js';

/** For cases that compare what the mock's journal does not show. */
export const hiddenSecrets: Result = { verdict: 'does not apply', remark: 'the mock hides secrets (PINGONE_MOCK_HIDE_SECRETS)' };

export const isHidden = (value: string | undefined): boolean => value === hidden;
