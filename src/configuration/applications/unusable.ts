import type { Environment } from '../../environment/context.js';
import { isSystemType } from './schema.js';

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** More names than anyone reads in a warning. */
const mostNamed = 5;
const shown = (names: readonly string[]): string =>
  names.length > mostNamed ? `${quoted(names.slice(0, mostNamed))} and ${names.length - mostNamed} more` : quoted(names);

/** What cannot be used in an environment, one text for each kind: mostly because a seed left something out. */
export async function unusableParts({ record, store }: Environment): Promise<string[]> {
  const applications = (await store.applications.list()).filter(
    ({ type, protocol }) => protocol === 'OPENID_CONNECT' && !isSystemType(type),
  );
  const [disabled, enabled] = [applications.filter((one) => !one.enabled), applications.filter((one) => one.enabled)];
  const redirecting = enabled.filter(({ grantTypes = [] }) =>
    grantTypes.some((grant) => grant === 'AUTHORIZATION_CODE' || grant === 'IMPLICIT'),
  );
  const lost = redirecting.filter(({ redirectUris = [] }) => redirectUris.length === 0);
  const where = `environment ${JSON.stringify(record.name)}`;
  const namesOf = (found: readonly { name: string }[]) => shown(found.map(({ name }) => name));
  return [
    ...(disabled.length > 0 ? [`${where}: disabled, so every request is refused: ${namesOf(disabled)}; set "enabled": true`] : []),
    ...(lost.length > 0 ? [`${where}: no redirect URI, so users cannot sign on: ${namesOf(lost)}; add "redirectUris": ["https://…"]`] : []),
    ...(redirecting.length > lost.length && (await store.users.count()) === 0
      ? [`${where}: there is no user who could sign on; add "users"`]
      : []),
  ];
}
