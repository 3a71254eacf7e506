import type { Chance } from './chance.js';
import { encode, encodePairs, type FuzzRequest, formType, headerValue, type Pairs, wellFormed } from './request.js';
import { fromSchema, hostileText, type Seen, type ValueSchema } from './values.js';

/** Requests to the operations of the OpenAPI document. */

interface Operation {
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
const left = /\/events$|\/faults|\/rules|^\/__mock\/v1\/(reset|lab|clock)$/;

/** The operations of a document that are sent at random. */
export const operationsOf = ({ paths }: OpenApi): Operation[] =>
  Object.entries(paths)
    .filter(([path]) => !left.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
        path,
        method: method.toUpperCase(),
        query: parameters.filter((parameter) => parameter.in === 'query'),
        contents: Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema] as const),
      })),
    );

/** Stands in a request for the header with a token of that environment, which is another in each run. */
export const managementToken = 'Bearer MANAGEMENT_TOKEN';

export interface Target {
  /** The environment that these requests change. */
  readonly environmentId: string;
  readonly seen: Seen;
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

function queryOf({ query }: Operation, chance: Chance, seen: Seen): Pairs {
  const wanted = query.filter(() => chance.oneIn(3)).flatMap((one) => (chance.oneIn(20) ? [one, one] : [one]));
  return wanted.map(({ name, schema }) => {
    // A right one would be waited for.
    if (name === 'wait') return [name, chance.pick(['x', '-1', '', '1e3', '1ms'])];
    if (name === 'filter' && !chance.oneIn(4)) return [name, filter(chance)];
    const value = fromSchema(schema, chance, seen, 8);
    return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
  });
}

/** A body of a schema as JSON, at times broken or a bomb. */
function jsonOf(schema: ValueSchema, chance: Chance, seen: Seen): string {
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
  const text = JSON.stringify(fromSchema(schema, chance, seen, chance.pick([6, 20, 60, 1000]))) ?? 'null';
  // To make such a key takes many seconds, on PingOne as well.
  return text.replace(/"keyLength":(3072|4096|7680)/, '"keyLength":2048');
}

/** The parts of a form with files. */
function multipart(schema: ValueSchema, chance: Chance): string {
  const part = ([name]: [string, ValueSchema]) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"${chance.oneIn(2) ? '; filename="a"' : ''}\r\n\r\n${wellFormed(hostileText(chance, 'SIGNING'))}\r\n`;
  return `${Object.entries(schema.properties ?? {})
    .map(part)
    .join('')}--b${chance.oneIn(9) ? '' : '--'}\r\n`;
}

const segment = (name: string, { environmentId, seen }: Target, chance: Chance): string => {
  if (chance.oneIn(25)) return encode(hostileText(chance, environmentId)) || '%00';
  if (name === 'environmentId') return environmentId;
  return chance.oneIn(40) ? seen.id(chance).toUpperCase() : seen.id(chance);
};

/** Ends the environment, so that all that follows is refused until the next one is made. */
const isLast = ({ method, path }: Operation): boolean => method === 'DELETE' && path.endsWith('/environments/{environmentId}');

/** A request to an operation, in an environment of its own. */
export function describedRequest(operations: readonly Operation[], target: Target, chance: Chance): FuzzRequest {
  const chosen = chance.pick(operations as [Operation, ...Operation[]]);
  const operation = isLast(chosen) && !chance.oneIn(20) ? (operations[0] ?? chosen) : chosen;
  const { path, contents } = operation;
  const { seen } = target;
  const query = encodePairs(queryOf(operation, chance, seen));
  const [type, schema] = chance.pick(contents) ?? [undefined, {}];
  const isMultipart = type?.startsWith('multipart/') === true;
  const sent = chance.oneIn(40) ? chance.pick([formType, 'text/plain', 'application/json; charset=x', ';', 'application/xml']) : type;
  const body =
    type === undefined
      ? chance.oneIn(50)
        ? '{"a":1}'
        : undefined
      : isMultipart
        ? multipart(schema, chance)
        : jsonOf(schema, chance, seen);
  return {
    method: operation.method,
    path: `${path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, target, chance))}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...(!chance.oneIn(50) && { authorization: chance.oneIn(50) ? headerValue(hostileText(chance, managementToken)) : managementToken }),
      ...(sent !== undefined && { 'content-type': isMultipart ? 'multipart/form-data; boundary=b' : sent }),
      ...(chance.oneIn(30) && { accept: headerValue(hostileText(chance, 'application/hal+json')) }),
      ...(chance.oneIn(30) && { origin: headerValue(hostileText(chance, 'http://localhost:3000')) }),
      ...(chance.oneIn(60) && { 'x-forwarded-host': headerValue(hostileText(chance, 'localhost')) }),
    },
    body,
  };
}
