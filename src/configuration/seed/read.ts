import { compileShape, type ShapeError } from '../../lib/schema/compile.js';
import { expectations, pathOf, unknownFirst } from '../../lib/schema/expectations.js';
import { inOrder } from '../../lib/schema/order.js';
import { isObject } from '../../lib/unknown.js';
import { withSeedMembers } from '../applications/usual.js';
import { isAttributeName } from '../directory/user-attributes.js';
import { environmentSchema, seedSchema } from './schema.js';
import { type ApplicationsWord, type Place, refusal, type Seed, SeedError, suggestion } from './seed-error.js';
import type { SeedEnvironment } from './types.js';

/** A path with the word for applications that the seed itself uses. */
const asWritten = (path: ShapeError['path'], words: readonly ApplicationsWord[]): ShapeError['path'] => {
  const [, at, member, ...rest] = path;
  return typeof at === 'number' && member === 'applications' ? ['environments', at, words[at] ?? member, ...rest] : path;
};

const tell = (source: string, problem: ShapeError, words: readonly ApplicationsWord[]): string => {
  const path = asWritten(problem.path, words);
  if (problem.kind !== 'unknown') return refusal({ source, path: pathOf(path) }, expectations[problem.kind](problem.schema)).message;
  const name = String(path.at(-1));
  const members = Object.keys(problem.schema.properties ?? {}).filter((member) => !/^[_$]/.test(member));
  const known = members.includes('applications') ? [...members, 'apps'] : members;
  return refusal({ source, path: pathOf(path.slice(0, -1)) }, `unknown name "${name}"${suggestion(name, known)}`).message;
};

/** More than anyone corrects at once; finding the nearest known name takes time for each. */
export const mostTold = 50;

function refuse(source: string, problems: readonly ShapeError[], words: readonly ApplicationsWord[]): SeedError {
  const told = unknownFirst(problems)
    .slice(0, mostTold)
    .map((problem) => tell(source, problem, words));
  const untold = problems.length - told.length;
  return new SeedError(
    `${told[0]}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
    untold > 0 ? [...told, `${source}: and ${untold} more problems`] : told,
  );
}

/** `apps` is short for `applications`, for seeds on the command line. */
function withoutAlias(value: unknown, place: Place): unknown {
  if (!isObject(value) || !Object.hasOwn(value, 'apps')) return value;
  if (Object.hasOwn(value, 'applications')) throw refusal(place, '"apps" is another word for "applications"; write one of the two');
  const { apps, ...rest } = value;
  return { ...rest, applications: apps };
}

/** Completes the applications of an environment, so that a seed writes only what matters to it. */
function withCompleteApplications(environment: unknown): unknown {
  if (!isObject(environment) || !Array.isArray(environment.applications)) return environment;
  const applications = environment.applications.map((application) => (isObject(application) ? withSeedMembers(application) : application));
  return { ...environment, applications };
}

/** Separates the values of custom attributes from PingOne's own members, by their names. */
function withCustomAttributes(environment: unknown): unknown {
  if (!isObject(environment) || !Array.isArray(environment.schemaAttributes) || !Array.isArray(environment.users)) return environment;
  const names = new Set(
    environment.schemaAttributes.flatMap((attribute) =>
      isObject(attribute) && typeof attribute.name === 'string' && isAttributeName(attribute.name) ? [attribute.name] : [],
    ),
  );
  const users = environment.users.map((user) => {
    if (!isObject(user)) return user;
    const [own, others] = [true, false].map((wanted) =>
      Object.fromEntries(Object.entries(user).filter(([name]) => names.has(name) === wanted)),
    );
    return { ...others, customAttributes: own };
  });
  return { ...environment, users };
}

/** The lists of an environment. */
const kinds = [
  'populations',
  'passwordPolicies',
  'schemaAttributes',
  'roles',
  'keys',
  'keyRotationPolicies',
  'groups',
  'users',
  'resources',
  'applications',
  'signOnPolicies',
] as const satisfies readonly (keyof SeedEnvironment)[];

/** Refuses two items of a kind with the same id. */
function requireDistinctIds({ environments, source, words }: Seed): void {
  for (const [at, environment] of environments.entries())
    for (const kind of kinds) {
      const seen = new Map<string, number>();
      for (const [position, { id }] of (environment[kind] ?? []).entries()) {
        if (id === undefined) continue;
        const earlier = seen.get(id.toLowerCase());
        if (earlier !== undefined)
          throw refusal(
            { source, path: pathOf(asWritten(['environments', at, kind, position, 'id'], words)) },
            `${kind === 'applications' ? words[at] : kind}[${earlier}] already has this id`,
          );
        seen.set(id.toLowerCase(), position);
      }
    }
}

const checkEnvironment = compileShape(environmentSchema, { unknown: 'refuse' });

/** The places of members that seeds do not have. */
export const unknownMembers = (environment: object): ShapeError['path'][] =>
  checkEnvironment(withCustomAttributes(environment))
    .problems.filter(({ kind }) => kind === 'unknown')
    .map(({ path }) => path);

const checkSeed = compileShape(seedSchema, { unknown: 'refuse' });

/** Reads a seed that is known to be right, as the built-in one is, which a test reads in the usual way: that takes a tenth of a start. */
export function readKnownSeed(json: unknown, source: string): Seed {
  const { input, words } = complete(json, source);
  const { environments } = inOrder(seedSchema, input) as { environments: SeedEnvironment[] };
  return { source, environments, words };
}

/** A seed with what may be left out, and the word that each environment has for its applications. */
function complete(json: unknown, source: string): { readonly input: unknown; readonly words: readonly ApplicationsWord[] } {
  const given = isObject(json) && Array.isArray(json.environments) ? json.environments : undefined;
  const words = (given ?? []).map(
    (environment): ApplicationsWord => (isObject(environment) && Object.hasOwn(environment, 'apps') ? 'apps' : 'applications'),
  );
  const input = given
    ? {
        ...(json as object),
        environments: given.map((environment, at) =>
          withCompleteApplications(withCustomAttributes(withoutAlias(environment, { source, path: `environments[${at}]` }))),
        ),
      }
    : json;
  return { input, words };
}

/** Reads a seed. One error names everything that is wrong: the file, the place, and what was expected. */
export function readSeed(json: unknown, source: string): Seed {
  const place: Place = { source, path: '' };
  const { input, words } = complete(json, source);
  const { value, problems } = checkSeed(input);
  if (problems.length > 0) throw refuse(source, problems, words);
  const { environments } = value as { environments: SeedEnvironment[] };
  if (environments.length === 0) throw refusal(place, 'environments: expected at least one');
  const seed: Seed = { source, environments, words };
  requireDistinctIds(seed);
  return seed;
}
