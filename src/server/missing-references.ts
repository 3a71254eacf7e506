import { findUserByUsername } from '../configuration/directory/users.js';
import type { Context } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';

const orNearest = (name: string, known: Iterable<string>): string => {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; the nearest one is ${meant}`;
};

/** What the settings point at and is not there. It may still be made, so that the server starts. */
export async function missingTargets({ environments, settings }: Context): Promise<string[]> {
  const { customDomains, autoLogin } = settings;
  const all = environments.list();
  const domains = Object.entries(customDomains).flatMap(([name, id]) =>
    id === undefined || environments.get(id)
      ? []
      : [
          `PINGONE_MOCK_CUSTOM_DOMAINS: ${name} stands for environment ${id}, and there is none with this id${orNearest(
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
  return [...domains, `PINGONE_MOCK_AUTO_LOGIN: there is no user "${autoLogin}" in any environment${orNearest(autoLogin, known)}`];
}
