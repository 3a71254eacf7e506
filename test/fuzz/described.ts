import { placesOf, withValueAt } from '../helpers/wrong-kinds.js';
import type { Chance } from './chance.js';
import type { Places } from './places.js';
import { encode, encodePairs, type FuzzRequest, formType, headerValue, type Pairs, wellFormed } from './request.js';
import { rightImages, rightKeys, stockedSession } from './stock.js';
import { fromSchema, hostileText, hostileValues, type Seen, type ValueSchema } from './values.js';

/** Requests to the operations of the OpenAPI document. */

export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly query: readonly { readonly name: string; readonly schema: ValueSchema }[];
  readonly contents: readonly (readonly [type: string, schema: ValueSchema])[];
}

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: ValueSchema }[];
            readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: ValueSchema }>> };
          }
        >
      >
    >
  >;
}

/** What never ends, takes long on purpose, does wrong on purpose or ends the server's own state is left to tests of its own. */
const left = /^GET .*\/events$|^(POST|PUT) .*\/(faults|rules)$|^(POST|PUT|DELETE) \/__mock\/v1\/(reset|lab|clock)$/;

export const isLeft = (method: string, path: string): boolean => left.test(`${method} ${path}`);

/** The operations of a document that are sent at random. */
export const operationsOf = ({ paths }: OpenApi): Operation[] =>
  Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
        path,
        method: method.toUpperCase(),
        query: parameters.filter((parameter) => parameter.in === 'query'),
        contents: Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema] as const),
      })),
    )
    .filter(({ method, path }) => !isLeft(method, path));

/** Stands in a request for the header with a token of that environment, which is another in each run. */
export const managementToken = 'Bearer MANAGEMENT_TOKEN';

export interface Target {
  /** The environment that these requests change. */
  readonly environmentId: string;
  readonly seen: Seen;
  readonly places: Places;
}

const filterParts = [
  'username',
  'name.given',
  'email',
  'id',
  'population.id',
  'account.status',
  'memberOfGroups[id',
  'eq',
  'sw',
  'co',
  'pr',
  'gt',
  'and',
  'or',
  'not',
  '(',
  ')',
  ']',
  '"alice"',
  '"x',
  '5',
  'true',
  '\\',
] as const;

const filter = (chance: Chance): string => Array.from({ length: 1 + chance.below(9) }, () => chance.pick<string>(filterParts)).join(' ');

const rightFilters = [
  'name sw "a"',
  'username eq "alice"',
  'id eq "b0000000-0000-4000-8000-000000000001"',
  'type eq "SIGNING"',
  'recordedAt gt "2020-01-01T00:00:00Z"',
  'recordedAt gt "2020-01-01T00:00:00Z" and action.type eq "USER.CREATED"',
] as const;

const rightFilter = (path: string, chance: Chance): string =>
  path.endsWith('/activities') && !chance.oneIn(4) ? 'recordedAt gt "2020-01-01T00:00:00Z"' : chance.pick<string>(rightFilters);

function queryOf({ path, query }: Operation, chance: Chance, seen: Seen): Pairs {
  const wanted = query
    .filter(({ name }) => chance.oneIn(name === 'filter' && path.endsWith('/activities') ? 1 : 3))
    .flatMap((one) => (chance.oneIn(20) ? [one, one] : [one]));
  return wanted.map(({ name, schema }) => {
    // A right one would be waited for.
    if (name === 'wait') return [name, chance.pick(['x', '-1', '', '1e3', '1ms'])];
    if (name === 'filter' && !chance.oneIn(4)) return [name, chance.oneIn(2) ? rightFilter(path, chance) : filter(chance)];
    const value = fromSchema(schema, chance, seen, 8);
    return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
  });
}

const locales = ['de', 'fr-CA', 'cy', 'pt-BR', 'ja', 'sv', 'nl', 'en-GB', 'xx', 'EN'] as const;

/** Members that no two items may have in common: another value of the same form. */
const others: Readonly<Record<string, (chance: Chance, value: string) => string>> = {
  name: (chance, value) => `${value.slice(0, 30)}${chance.below(100_000)}`,
  username: (chance) => `u${chance.below(1_000_000)}`,
  action: (chance) => `a${chance.below(1000)}`,
  token: (chance) => `t${chance.below(1_000_000)}`,
  audience: (chance) => `https://${chance.below(100_000)}.example`,
  issuer: (chance) => `https://${chance.below(100_000)}.example`,
  domainName: (chance) => `d${chance.below(100_000)}.example.com`,
  emailAddress: (chance, value) => `${chance.below(100_000)}@${value.split('@')[1] ?? ''}`,
  locale: (chance) => chance.pick(locales),
  variant: (chance) => `v${chance.below(1000)}`,
};

/** What was right once, with other names and a few changes. */
function altered(base: unknown, chance: Chance): unknown {
  let value = base;
  if (typeof base === 'object' && base !== null && !Array.isArray(base))
    value = Object.fromEntries(
      Object.entries(base)
        .filter(([name]) => name !== '_links' && name !== '_embedded')
        .map(([name, member]) => {
          const other = typeof member === 'string' && !chance.oneIn(4) ? others[name] : undefined;
          return [name, other ? other(chance, String(member)) : member];
        }),
    );
  for (let left = chance.pick([0, 0, 1, 1, 2, 4]); left > 0; left -= 1) {
    const place = chance.pick(placesOf(value));
    if (!place) return chance.pick(hostileValues);
    const right = place.reduce<unknown>((of, part) => Reflect.get(Object(of), part), value);
    const other = chance.pick<unknown>([
      undefined,
      chance.pick(hostileValues),
      hostileText(chance, typeof right === 'string' ? right : ''),
    ]);
    value = withValueAt(value, place, other);
  }
  return value;
}

/** A body of a schema as JSON, at times broken or a bomb. */
function jsonOf(schema: ValueSchema, chance: Chance, seen: Seen, base: unknown): string {
  if (chance.oneIn(60))
    return chance.pick([
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '\ufeff{}',
      '{"a":1}x',
      `${'['.repeat(3000)}${']'.repeat(3000)}`,
      '{"__proto__":{"x":1}}',
    ]);
  // One member in many is wrong: what is wrong all over is refused at the first.
  const right = base !== undefined && !chance.oneIn(4) ? altered(base, chance) : undefined;
  const text = JSON.stringify(right ?? fromSchema(schema, chance, seen, chance.pick([6, 20, 60, 1000]))) ?? 'null';
  // To make such a key takes many seconds, on PingOne as well.
  return text.replace(/"keyLength":(3072|4096|7680)/, '"keyLength":2048');
}

/** An image, cut or altered at times; each character is a byte. */
function imageOf(chance: Chance): string {
  const image = chance.pick<string>(rightImages);
  if (chance.oneIn(2)) return image;
  const at = chance.below(image.length);
  return chance.oneIn(2) ? image.slice(0, at) : `${image.slice(0, at)}${String.fromCharCode(chance.below(256))}${image.slice(at + 1)}`;
}

/** The parts of a form with files. */
function multipart(path: string, schema: ValueSchema, chance: Chance, certificate: string): string {
  const file = path.endsWith('/keys') ? chance.pick<string>(rightKeys) : certificate;
  if (!chance.oneIn(3)) {
    const sent = chance.oneIn(2)
      ? file
      : chance.oneIn(2)
        ? wellFormed(hostileText(chance, file))
        : file.slice(0, chance.below(file.length));
    return `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="usageType"\r\n\r\nSIGNING\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${sent}\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--\r\n`;
  }
  const part = ([name]: [string, ValueSchema]) =>
    `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="${name}"${chance.oneIn(2) ? '; filename="a"' : ''}\r\n\r\n${wellFormed(hostileText(chance, 'SIGNING'))}\r\n`;
  return `${Object.entries(schema.properties ?? {})
    .map(part)
    .join('')}--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb${chance.oneIn(9) ? '' : '--'}\r\n`;
}

const segment = (name: string, { environmentId, seen }: Target, chance: Chance): string => {
  if (chance.oneIn(25)) return encode(hostileText(chance, environmentId)) || '%00';
  if (name === 'environmentId') return environmentId;
  return chance.oneIn(40) ? seen.id(chance).toUpperCase() : seen.id(chance);
};

/** Ends the environment, so that all that follows is refused until the next one is made. */
const isLast = ({ method, path }: Operation): boolean => method === 'DELETE' && path.endsWith('/environments/{environmentId}');

function pathOf(template: string, target: Target, chance: Chance): string {
  const known = chance.oneIn(5) ? undefined : target.places.pathOf(template, chance);
  const { path, rest } = known ?? { path: '', rest: template.slice(1).split('/') };
  return [path, ...rest].join('/').replace(/\{(\w+)\}/g, (_, name: string) => segment(name, target, chance));
}

/** A request to an operation, in an environment of its own. */
export function describedRequest(operations: readonly Operation[], target: Target, chance: Chance): FuzzRequest {
  const all = operations as [Operation, ...Operation[]];
  const first = chance.pick(all);
  // What is removed cannot be read or changed any more.
  const chosen = first.method === 'DELETE' && chance.oneIn(2) ? chance.pick(all) : first;
  const operation = isLast(chosen) && !chance.oneIn(20) ? (operations[0] ?? chosen) : chosen;
  const { path, contents } = operation;
  const { seen } = target;
  const query = encodePairs(queryOf(operation, chance, seen));
  const [type, schema] = chance.pick(contents) ?? [undefined, {}];
  const isMultipart = type?.startsWith('multipart/') === true;
  const isImage = type?.startsWith('image/') === true;
  const sent = chance.oneIn(40) ? chance.pick([formType, 'text/plain', 'application/json; charset=x', ';', 'application/xml']) : type;
  const body =
    type === undefined
      ? chance.oneIn(50)
        ? '{"a":1}'
        : undefined
      : isMultipart
        ? multipart(path, schema, chance, target.places.certificate)
        : isImage && !chance.oneIn(4)
          ? imageOf(chance)
          : jsonOf(schema, chance, seen, target.places.bodyOf(operation, type, chance));
  return {
    method: operation.method,
    path: `${pathOf(path, target, chance)}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...(!chance.oneIn(50) && { authorization: chance.oneIn(50) ? headerValue(hostileText(chance, managementToken)) : managementToken }),
      ...(sent !== undefined && { 'content-type': isMultipart ? 'multipart/form-data; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' : sent }),
      ...(isImage && {
        'content-disposition': headerValue(chance.oneIn(9) ? hostileText(chance, 'attachment') : 'attachment; filename=a.png'),
      }),
      ...(path.endsWith('/sessions/me') && !chance.oneIn(9) && { cookie: stockedSession }),
      ...(chance.oneIn(30) && { accept: headerValue(hostileText(chance, 'application/hal+json')) }),
      ...(chance.oneIn(30) && { origin: headerValue(hostileText(chance, 'http://localhost:3000')) }),
      ...(chance.oneIn(60) && { 'x-forwarded-host': headerValue(hostileText(chance, 'localhost')) }),
    },
    body,
    ...((isMultipart || isImage) && { binary: true }),
  };
}
