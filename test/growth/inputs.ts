import { images, keyFiles } from './files.js';
import { type Known, type Path, partAt, placesIn, type Schema, sample, withPart } from './samples.js';
import { expressions, filtersFor, type Text, textsFor } from './texts.js';

/** What is sent besides method and path. */
export interface Sent {
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

/** A form of input that can be of any size. */
export interface Input {
  readonly name: string;
  /** In bytes: what the server reads of it at most. */
  readonly limit: number;
  build(length: number): Sent;
}

/** The server's limit of a body, and Node's of a request line with its headers, less what the rest takes. */
export const largestBody = 1_048_576;
export const largestHead = 15_500;

const form = 'application/x-www-form-urlencoded';

/** Members that no two items may have in common. */
const unique = /^(name|username|externalId|clientId)$/;
let counter = 0;
const mark = (): string => {
  counter += 1;
  return `${counter}-`;
};

const many = (length: number, item: (at: number) => string, between: string): string => {
  const size = item(100_000).length + between.length;
  return Array.from({ length: Math.max(1, Math.floor(length / size)) }, (_, at) => item(100_000 + at)).join(between);
};

/** A form with a key or a certificate. */
const uploaded = (file: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      '--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="usageType"\r\n\r\nSIGNING\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n',
    ),
    file,
    Buffer.from('\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--\r\n'),
  ]);

/** Forms of bodies that are bad whatever an endpoint expects. */
function anyBodies(type: string): Input[] {
  const input = (name: string, build: (length: number) => string | Buffer, of = type): Input => ({
    name: `${of}: ${name}`,
    limit: largestBody,
    build: (length) => ({ headers: { 'content-type': of }, payload: build(length) }),
  });
  if (type === form)
    return [
      input('one name again', (length) => 'a=1&'.repeat(length / 4)),
      input('one name again, as many as are read', (length) => many(length, () => `a=${'b'.repeat(1000)}`, '&')),
      input('names alone', (length) => many(length, (at) => `a${at}`, '&')),
      input('ampersands', (length) => '&'.repeat(length)),
      input('equals signs', (length) => `a${'='.repeat(length)}`),
      input('escapes', (length) => `a=${'%41'.repeat(length / 3)}`),
      input('half escapes', (length) => `a=${'%'.repeat(length)}`),
      input('pluses', (length) => `a=${'+'.repeat(length)}`),
    ];
  if (type === 'multipart/form-data')
    return [
      input(
        'many parts',
        (length) =>
          many(length, (at) => `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="a${at}"\r\n\r\n1\r\n`, ''),
        `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`,
      ),
      input(
        'one part',
        (length) =>
          `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="usageType"\r\n\r\n${'a'.repeat(length)}\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--`,
        `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`,
      ),
      input(
        'a long file',
        (length) =>
          `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\ncontent-disposition: form-data; name="file"; filename="a.p12"\r\n\r\n${'0'.repeat(length)}\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--`,
        `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`,
      ),
      input('dashes', (length) => '-'.repeat(length), `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`),
      input('a boundary of dashes', (length) => '-'.repeat(length), `${type}; boundary=------`),
      ...Object.entries(keyFiles).map(([name, file]) =>
        input(name, (length) => uploaded(file(length)), `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`),
      ),
      input(
        'many boundaries of many',
        (length) => '--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n'.repeat(length / 5),
        `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`,
      ),
      input('a boundary in a boundary', (length) => '--aaaaaaaaab'.repeat(length / 12), `${type}; boundary=aaaaaaaaaa`),
      input(
        'headers of a part',
        (length) =>
          `--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n${many(length, (at) => `x-a${at}: 1`, '\r\n')}\r\n\r\n1\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--`,
        `${type}; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`,
      ),
    ];
  if (type.startsWith('image/'))
    return Object.entries(images)
      .filter(([name]) => name.startsWith(`${type}:`))
      .map(([name, file]) => ({
        name,
        limit: largestBody,
        build: (length) => ({ headers: { 'content-type': type, 'content-disposition': 'attachment; filename=a' }, payload: file(length) }),
      }));
  if (!/json/.test(type)) return [input('text', (length) => 'a'.repeat(length))];
  return [
    input('different names', (length) => `{${many(length, (at) => `"a${at}":1`, ',')}}`),
    input('one name again', (length) => `{${many(length, () => '"a":1', ',')}}`),
    input('empty lists', (length) => `[${'[],'.repeat(length / 3)}1]`),
    input('deep, as often as is read', (length) => `[${many(length, () => `${'['.repeat(60)}${']'.repeat(60)}`, ',')}]`),
    input('deep objects', (length) => `[${many(length, () => `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`, ',')}]`),
    input('deeper than is read', (length) => '['.repeat(length)),
    input('a long number', (length) => '1'.repeat(length)),
    input('numbers', (length) => `[${'1e9,'.repeat(length / 4)}1]`),
    input('escapes', (length) => `"${'\\u0041'.repeat(length / 6)}"`),
    input('spaces', (length) => `${' '.repeat(length)}{}`),
    input('a long name', (length) => `{"${'a'.repeat(length)}":1}`),
    input('without an end', (length) => `{"a":"${'\\"'.repeat(length / 2)}`),
    input('__proto__', (length) => `[${many(length, () => '{"__proto__":{"a":1}}', ',')}]`),
  ];
}

/** Sets what has to differ from one request to the next. */
const fresh = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, unique.test(name) && typeof part === 'string' ? mark() + part.slice(0, 20) : part]),
  );
};

/** Members that may hold expressions. */
const mayHoldExpressions = /^(value|expression|secondsSince|userFilter|condition)$/;

function jsonAt(type: string, base: unknown, schema: Schema, known: Known): Input[] {
  const input = (name: string, path: Path, part: (length: number) => unknown): Input => ({
    name: `${type}: ${path.join('.') || 'the whole'}, ${name}`,
    limit: largestBody,
    build: (length) => ({ headers: { 'content-type': type }, payload: JSON.stringify(withPart(fresh(base), path, part(length))) }),
  });
  return placesIn(schema).flatMap(({ path, name, schema: of, kind }): Input[] => {
    if (kind === 'number') return [input('a long number', path, (length) => '1'.repeat(length))];
    if (kind === 'text') {
      const usual = partAt(base, path) ?? sample(of, { name, known });
      return Object.entries({ ...textsFor(String(usual)), ...(mayHoldExpressions.test(name) ? expressions : {}) }).map(([title, text]) =>
        input(title, path, (length) => (unique.test(name) ? mark() : '') + text(length)),
      );
    }
    if (kind === 'list') {
      const items = (length: number, item: (at: number) => unknown): unknown[] => {
        const size = JSON.stringify(item(100_000) ?? null).length + 1;
        return Array.from({ length: Math.max(1, Math.floor(length / size)) }, (_, at) => item(at));
      };
      const single = name.replace(/s$/, '');
      const usual = partAt(base, [...path, 0]);
      return [
        input('one item again', path, (length) => items(length, () => usual ?? sample(of, { name: single, known }))),
        input('different items', path, (length) => items(length, (at) => sample(of, { name: single, at: at + 1, known }))),
        input('empty lists', path, (length) => items(length, () => [])),
        input('unknown texts', path, (length) => items(length, (at) => `w${at}`)),
      ];
    }
    return [
      input('many members', path, (length) =>
        Object.fromEntries(Array.from({ length: Math.max(1, Math.floor(length / 12)) }, (_, at) => [`a${at}`, 1])),
      ),
      input('names much alike', path, (length) => {
        const member = Object.keys(of.properties ?? {})[0] ?? 'name';
        return Object.fromEntries(
          Array.from({ length: Math.max(1, Math.floor(length / (member.length + 12))) }, (_, at) => [`${member}${at}`, 1]),
        );
      }),
    ];
  });
}

/** The pairs of a query or a form. */
export type Pairs = Readonly<Record<string, string>>;

const written = (pairs: Iterable<readonly [string, string]>): string =>
  Array.from(pairs, ([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

/** Forms of pairs: `names` are those that are read, `base` a usual request. */
function pairsAt(
  title: string,
  names: readonly string[],
  base: Pairs,
  send: (text: string) => Sent,
  limit: number,
  filterNames: readonly string[],
): Input[] {
  const input = (name: string, build: (length: number) => string): Input => ({
    name: `${title}: ${name}`,
    limit,
    build: (length) => send(build(length)),
  });
  const rest = (without: string) => Object.entries(base).filter(([name]) => name !== without);
  return [
    input('unknown names', (length) => `${written(Object.entries(base))}&${many(length, (at) => `a${at}=1`, '&')}`),
    input(
      'unknown names, as many as are read',
      (length) => `${written(Object.entries(base))}&${many(length, (at) => `a${at}=${'b'.repeat(limit / 1000)}`, '&')}`,
    ),
    input('ampersands', (length) => '&'.repeat(length)),
    ...names.flatMap((name) => [
      input(`${name} again`, (length) => many(length, () => `${name}=1`, '&')),
      input(`${name} again, long`, (length) => many(length, () => `${name}=${'b'.repeat(limit / 900)}`, '&')),
      input(`${name} of half escapes`, (length) => `${written(rest(name))}&${name}=${'%'.repeat(length)}`),
      ...Object.entries(name === 'filter' ? filtersFor(filterNames) : textsFor(base[name] ?? '')).map(([kind, text]) =>
        input(`${name}, ${kind}`, (length) => written([...rest(name), [name, text(length)]])),
      ),
    ]),
  ];
}

export interface Described {
  readonly bodies: Readonly<Record<string, { readonly schema?: Schema; readonly base?: unknown }>>;
  /** What is read from the query, and from a form. */
  readonly query?: { readonly names: readonly string[]; readonly base: Pairs };
  readonly form?: { readonly names: readonly string[]; readonly base: Pairs };
  readonly filterNames: readonly string[];
  readonly known: Known;
  /** In bytes. */
  readonly bodyLimit: number;
}

/** Everything that a body may be. */
export function bodyInputs({ bodies, form: read, known, bodyLimit }: Described): Input[] {
  const types = new Set([...Object.keys(bodies), 'application/json', form, 'text/plain', 'multipart/form-data']);
  const inputs = [
    ...Array.from(types).flatMap(anyBodies),
    ...Object.entries(bodies).flatMap(([type, { schema, base }]) => (schema && /json/.test(type) ? jsonAt(type, base, schema, known) : [])),
    ...(read ? pairsAt('form', read.names, read.base, (payload) => ({ payload, headers: { 'content-type': form } }), largestBody, []) : []),
  ];
  return inputs.map((input) => ({ ...input, limit: bodyLimit }));
}

/** Everything that a query may be. */
export function queryInputs({ query = { names: [], base: {} }, filterNames }: Described): Input[] {
  return pairsAt('query', query.names, query.base, (text) => ({ query: text }), largestHead, filterNames);
}

const readHeaders = [
  'authorization',
  'cookie',
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'if-none-match',
  'last-event-id',
  'access-control-request-method',
  'access-control-request-headers',
  'origin',
  'referer',
  'host',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'user-agent',
  'dpop',
  'range',
  'if-modified-since',
  'content-disposition',
  'sec-fetch-site',
  'prefer',
];

const headerLists: Record<string, Text> = {
  'list of media types': (length) => many(length, (at) => `text/x${at};q=0.1`, ', '),
  'list of parameters': (length) => `application/json${many(length, (at) => `;a${at}=1`, '')}`,
  'list of elements': (length) => many(length, (at) => `for=10.0.0.1;host=h${at};proto=https`, ', '),
  'one element again': (length) => many(length, () => '10.0.0.1', ', '),
  'cookies again': (length) => many(length, (at) => `ST=${at}`, '; '),
  'cookies of the session': (length) => many(length, (at) => `ST=${at}; ST-e0000000=${at}`, '; '),
  'cookies without values': (length) => many(length, (at) => `c${at}`, ';'),
  'quoted cookies': (length) => `ST="${'\\"'.repeat(length / 2)}`,
  ranges: (length) => `bytes=${many(length, (at) => `${at}-${at}`, ',')}`,
  'list of entity tags': (length) => many(length, (at) => `W/"${at}"`, ', '),
  'list of languages': (length) => many(length, (at) => `x-${at};q=0.${at % 10}`, ', '),
  'quoted forwarded': (length) => `for="${'\\"'.repeat(length / 2)}`,
  'forwarded without values': (length) => many(length, () => 'for=;host=;', ','),
  'different cookies': (length) => many(length, (at) => `c${at}=1`, '; '),
  'semicolons with spaces': (length) => many(length, () => ';  ', ''),
  'boundary again': (length) => `multipart/form-data${many(length, () => '; boundary=', '')}`,
  basic: (length) => `Basic ${Buffer.from('a:'.repeat((length * 3) / 8)).toString('base64')}`,
  'basic, escapes': (length) => `Basic ${Buffer.from(`${'%41'.repeat(length / 4)}:b`).toString('base64')}`,
  'origin with dots': (length) => `http://${'.'.repeat(length)}`,
  'origin with labels': (length) => `http://${'a.'.repeat(length / 2)}a`,
  'host with labels': (length) => `${'a.'.repeat(length / 2)}a`,
  'path of slashes': (length) => `${'/'.repeat(length)}a`,
  'path of segments': (length) => '/a'.repeat(length / 2),
  'forwarded host with labels': (length) => `host=${'a.'.repeat(length / 2)}a;proto=https`,
  'bearer with spaces': (length) => `Bearer${' '.repeat(length)}a`,
};

const isHeader = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);

/** Everything that headers and the path may be. */
export function headInputs(path: string): Input[] {
  const at = (name: string, kind: string, text: Text): Input => ({
    name: `header ${name}: ${kind}`,
    limit: largestHead,
    build: (length) => ({ headers: { [name]: text(length) } }),
  });
  const kinds = Object.entries({ ...textsFor(''), ...headerLists }).filter(([, text]) => isHeader(text(500)));
  const schemes = Object.entries(textsFor('')).filter(([, text]) => isHeader(text(500)));
  return [
    ...readHeaders.flatMap((name) => kinds.map(([kind, text]) => at(name, kind, text))),
    ...schemes.flatMap(([kind, text]) =>
      ['Bearer', 'Basic', 'DPoP'].map((scheme) => at('authorization', `${scheme}, ${kind}`, (length) => `${scheme} ${text(length)}`)),
    ),
    {
      name: 'headers: many',
      limit: largestHead,
      build: (length) => ({ headers: Object.fromEntries(Array.from({ length: length / 14 }, (_, number) => [`x-a${number}`, '1'])) }),
    },
    ...['/', 'a', '%41', '/..', '.', ';', 'a/', '%2f'].map((piece) => ({
      name: `path: run of ${piece}`,
      limit: largestHead,
      build: (length: number) => ({ path: `${path}${piece.repeat(length / piece.length)}` }),
    })),
    ...['a', '%41', '-', '.', '0'].map((piece) => ({
      name: `path: last segment of ${piece}`,
      limit: largestHead,
      build: (length: number) => ({ path: path.replace(/[^/]*$/, piece.repeat(length / piece.length)) }),
    })),
  ];
}
