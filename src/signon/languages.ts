import type { User } from '../environment/model/user.js';
import { languageRanges } from '../lib/languages.js';

/**
 * The languages that a person wants, the most wanted first (docs/fidelity.md, 4.7): what the user prefers, then what the browser says.
 * PingOne does not read `ui_locales`.
 */
export const wantedLanguages = (
  user: Pick<User, 'preferredLanguage'> | undefined,
  headers: Readonly<Record<string, string | string[] | undefined>> = {},
): string[] => [...languageRanges(user?.preferredLanguage), ...languageRanges([headers['accept-language']].flat()[0])];
