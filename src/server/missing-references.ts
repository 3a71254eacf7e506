import { findUserByUsername } from '../configuration/directory/users.js';
import type { Context } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';

const didYouMean = (name: string, known: Iterable<string>): string => {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
};

/** Warnings about what the settings refer to but does not exist. It may be created later, so the server starts. */
export async function missingTargets({ environments, settings }: Context): Promise<string[]> {
  const { customDomains, autoLogin } = settings;
  const all = environments.list();
  const domains = Object.entries(customDomains).flatMap(([name, id]) =>
    id === undefined || environments.get(id)
      ? []
      : [
          `PINGONE_MOCK_CUSTOM_DOMAINS: ${name} is mapped to environment ${id}, which does not exist${didYouMean(
            id,
            all.map((each) => each.id),
          )}`,
        ],
  );
  if (autoLogin === undefined) return domains;
  const found = await Promise.all(all.map((environment) => findUserByUsername(environment, autoLogin)));
  if (found.some(Boolean)) return domains;
  const users = await Promise.all(all.map(({ store }) => store.users.page({ limit: 100 })));
  const known = users.flatMap(({ items }) => items.map(({ username }) => username));
  return [...domains, `PINGONE_MOCK_AUTO_LOGIN: there is no user "${autoLogin}" in any environment${didYouMean(autoLogin, known)}`];
}
