import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { unusableParts } from '../../configuration/applications/unusable.js';
import { SeedError } from '../../configuration/seed/index.js';
import { object } from '../../lib/schema/types.js';
import { membersOf } from '../../lib/unknown.js';
import { findProject } from '../init/find-framework.js';
import { seedFor } from '../init/init.js';
import { openOffline } from '../offline.js';
import { choice, environment, members, text, texts } from './arguments.js';
import type { Target } from './target.js';
import { type Tool, tool } from './tool.js';

const listOf = (answer: unknown, name: string): unknown[] => {
  const list = membersOf(membersOf(answer)._embedded)[name];
  return Array.isArray(list) ? list : [];
};

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The one with this id or name. */
function named(items: readonly unknown[], what: string, wanted: string): Named {
  const all = items as readonly Named[];
  const found = all.find(({ id, name }) => id === wanted || name === wanted);
  if (found) return found;
  throw new Error(`there is no ${what} ${JSON.stringify(wanted)}; there are: ${all.map(({ name }) => name).join(', ') || 'none'}`);
}

/** Grants scopes of a resource to an application, in addition to those that it has. */
async function grant(target: Target, id: string | undefined, wanted: { application: string; resource: string; scopes: readonly string[] }) {
  const application = named(await (await target.environment(id)).apps.list(), 'application', wanted.application);
  const resource = named(listOf(await target.manage(id, '/resources'), 'resources'), 'resource', wanted.resource);
  const known = listOf(await target.manage(id, `/resources/${resource.id}/scopes`), 'scopes');
  const scopes = wanted.scopes.map((scope) => named(known, `scope of ${resource.name}`, scope));
  const path = `/applications/${application.id}/grants`;
  const grants = listOf(await target.manage(id, path), 'grants').map(membersOf);
  const had = grants.find((each) => membersOf(each.resource).id === resource.id);
  const before = Array.isArray(had?.scopes) ? had.scopes.map((scope) => membersOf(scope).id) : [];
  const body = {
    resource: { id: resource.id },
    scopes: [...new Set([...before, ...scopes.map((scope) => scope.id)])].map((each) => ({ id: each })),
  };
  await (had ? target.manage(id, `${path}/${String(had.id)}`, { method: 'PUT', body }) : target.manage(id, path, { method: 'POST', body }));
  return `${application.name} may ask for ${wanted.scopes.join(' ')} of ${resource.name}`;
}

/** A problem of a seed that did not come from a variable. */
const withoutVariable = (problem: string): string => problem.replace(/^PINGONE_MOCK_CONFIG\b/, 'seed');

/** Tools that make what an application needs at its identity provider. */
export const configurationTools: readonly Tool[] = [
  tool({
    name: 'create_application',
    description:
      'Create an application (an OAuth client). Members that are left out get the usual values for the type. Returns client id, secret and all settings.',
    input: object(
      { type: choice('The kind of client.', 'SINGLE_PAGE_APP', 'NATIVE_APP', 'WEB_APP', 'CUSTOM_APP', 'SERVICE', 'WORKER') },
      {
        environment,
        name: text('Shown to people.'),
        redirect_uris: texts('Exact addresses to which codes may go.'),
        post_logout_redirect_uris: texts('Addresses to return to after a sign-off.'),
        pkce_enforcement: choice('Whether PKCE is needed.', 'OPTIONAL', 'REQUIRED', 'S256_REQUIRED'),
        members: members(
          'More members, in the spelling of PingOne’s management API, such as {"grantTypes":["REFRESH_TOKEN","AUTHORIZATION_CODE"]}.',
        ),
      },
    ),
    async run({ environment: id, type, name, redirect_uris, post_logout_redirect_uris, pkce_enforcement, members: more = {} }, target) {
      const { apps } = await target.environment(id);
      return apps.create({
        type,
        ...(name !== undefined && { name }),
        ...(redirect_uris && { redirectUris: redirect_uris }),
        ...(post_logout_redirect_uris && { postLogoutRedirectUris: post_logout_redirect_uris }),
        ...(pkce_enforcement && { pkceEnforcement: pkce_enforcement }),
        ...more,
      });
    },
  }),
  tool({
    name: 'update_application',
    description: 'Change members of an application, in the spelling of PingOne’s management API. Others stay as they are.',
    input: object(
      { application: text('Id or name.'), members: members('Such as {"redirectUris":["http://localhost:3000/callback"]}.') },
      { environment },
    ),
    run: async ({ environment: id, application, members: change }, target) =>
      (await target.environment(id)).apps.update(application, change),
  }),
  tool({
    name: 'create_user',
    description: 'Create a person who can sign on with a name and a password.',
    input: object(
      { username: text('The name to sign on with.') },
      {
        environment,
        password: text('Without one the person can only sign on by other means.'),
        email: text('Default: USERNAME@example.com.'),
        members: members('More members, in the spelling of PingOne’s management API, such as {"name":{"given":"Ada"}}.'),
      },
    ),
    run: async ({ environment: id, members: more = {}, ...given }, target) =>
      (await target.environment(id)).users.create({ ...given, ...more }),
  }),
  tool({
    name: 'grant_scopes',
    description:
      'Let an application ask for scopes of a resource. PingOne leaves out scopes that were not granted without an error, so a missing claim is often a missing grant.',
    input: object(
      {
        application: text('Id or name.'),
        resource: text('Id or name; "openid" for OpenID Connect’s own scopes.'),
        scopes: texts('Names of scopes, such as ["profile","email"].'),
      },
      { environment },
    ),
    run: ({ environment: id, application, resource, scopes }, target) => grant(target, id, { application, resource, scopes }),
  }),
  tool({
    name: 'create_environment',
    description: 'Create a separate environment, with its own issuer, keys and data, so that tests do not disturb each other.',
    input: object({}, { contents: members('As in a seed: {"apps":[…],"users":[…]}. Default: no applications, no users.') }),
    run: ({ contents = {} }, target) => target.control('/environments', { method: 'POST', body: contents }),
  }),
  tool({
    name: 'export_seed',
    description: 'Read an environment as a seed: the JSON file that `pingone-mock --config FILE` starts from.',
    input: object({}, { environment }),
    readOnly: true,
    run: ({ environment: id }, target) => target.controlIn(id, '/seed'),
  }),
  tool({
    name: 'make_seed',
    description:
      'Propose a seed for a project: looks at package.json, pom.xml or build.gradle of a folder, and returns the seed, and the settings that the application needs. Writes nothing.',
    input: object({}, { folder: text('Default: the folder in which the tool server runs.') }),
    readOnly: true,
    run({ folder = '.' }) {
      const path = resolve(folder);
      if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
        throw new Error(`${path} is not a folder: name the folder of the project`);
      const project = findProject(path);
      const { seed, connection } = seedFor(project);
      const { name, settingsFile, settings } = project.framework;
      return { framework: name, seed, settingsFile, settings: settings(connection) };
    },
  }),
  tool({
    name: 'check_seed',
    description:
      'Check a seed without starting anything: every problem with its place and what was expected, and warnings for parts that cannot be used.',
    input: object({ seed: { type: ['object', 'string'], description: 'The seed, as an object or as the text of the file.' } as const }),
    readOnly: true,
    async run({ seed }) {
      const config = typeof seed === 'string' ? seed : JSON.stringify(seed);
      const { environments } = await openOffline({ config }).catch((error: unknown) => {
        throw error instanceof SeedError ? new SeedError(error.message, error.problems.map(withoutVariable)) : error;
      });
      const warnings = await Promise.all(environments.list().map(unusableParts));
      return { valid: true, warnings: warnings.flat() };
    },
  }),
];
