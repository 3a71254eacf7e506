import { isEmail } from '../email.js';

/** The subset of JSON Schema for bodies, queries and seeds. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  /** A whole number whose fraction is refused, not cut. */
  readonly multipleOf?: 1;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  /** Whether it is a member of answers: a body may contain it, and it is left out unread (OpenAPI's `readOnly`). */
  readonly readOnly?: boolean;
  /** Whether no answer has it (OpenAPI's `writeOnly`): an uploaded file with a private key. */
  readonly writeOnly?: boolean;
  /** What null means, if it does not mean absent. */
  readonly nullAs?: boolean;
}

/** A problem with one member. */
export interface ShapeError {
  /** Names of members and positions in lists, outermost first. */
  readonly path: readonly (string | number)[];
  readonly kind: 'missing' | 'empty' | 'type' | 'enum' | 'range' | 'length' | 'items' | 'pattern' | 'email' | 'characters' | 'unknown';
  /** What was expected; for an unknown member, the schema of the object around it. */
  readonly schema: Schema;
}

export interface Shaped {
  /** The value without unknown members, without those of answers and without nulls. */
  readonly value: unknown;
  readonly problems: readonly ShapeError[];
}

interface ShapeOptions {
  /** For query strings: "5" is the integer 5, "true" is true. */
  coerce?: boolean;
  /** What to do with members that are not in the schema. */
  unknown?: 'drop' | 'refuse';
  /** What to do with 1.5 where a whole number is expected. */
  fractions?: 'cut' | 'refuse';
  /** What a null means where the schema does not say. */
  nulls?: 'absent' | 'refuse';
}

/** Where a check is: it steps in and out again, so that only a problem copies the names on the way. */
type Place = (string | number)[];
type Check = (value: unknown, place: Place, problems: ShapeError[]) => unknown;

/** Runs the check of a member or an item at its place. */
function checkInside(check: Check, value: unknown, place: Place, step: string | number, problems: ShapeError[]): unknown {
  place.push(step);
  const read = check(value, place, problems);
  place.pop();
  return read;
}

/** NUL and lone surrogates cannot be stored and returned reliably (RFC 8259 §8.2). */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'number' ? 'integer' : typeof value;

const coerced = (value: unknown, types: readonly string[]): unknown => {
  if (typeof value !== 'string') return value;
  if (types.includes('integer') && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  return value;
};

const checkText = (schema: Schema): Check => {
  const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern, 'u');
  return (value, place, problems) => {
    const text = value as string;
    const problem = (kind: ShapeError['kind']) => problems.push({ path: [...place], kind, schema });
    if (!isStorable(text)) problem('characters');
    else if (text === '' && (schema.minLength ?? 0) > 0) problem('empty');
    else if (schema.enum && !schema.enum.includes(text)) problem('enum');
    else if (text.length < (schema.minLength ?? 0) || text.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) problem('length');
    else if (pattern && !pattern.test(text)) problem('pattern');
    else if (schema.format === 'email' && !isEmail(text)) problem('email');
    return text;
  };
};

const checkNumber =
  (schema: Schema, { fractions = 'cut' }: ShapeOptions): Check =>
  (value, place, problems) => {
    // PingOne truncates fractions (docs/fidelity.md, management 1.3).
    const whole = Math.trunc(value as number);
    if ((fractions === 'refuse' || schema.multipleOf === 1) && whole !== value) problems.push({ path: [...place], kind: 'range', schema });
    else if (whole < (schema.minimum ?? Number.MIN_SAFE_INTEGER) || whole > (schema.maximum ?? Number.MAX_SAFE_INTEGER))
      problems.push({ path: [...place], kind: 'range', schema });
    return whole;
  };

const checkList = (schema: Schema, options: ShapeOptions): Check => {
  const checkItem = compile(schema.items ?? {}, options);
  return (value, place, problems) => {
    const items = value as unknown[];
    if (items.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) problems.push({ path: [...place], kind: 'items', schema });
    return items.map((item, at) => checkInside(checkItem, item, place, at, problems));
  };
};

/** Deeper than anyone needs, and far from exhausting the stack when it is written. */
const deepest = 64;

/** Whether a value is not nested too deeply and all its texts can be stored. */
const isPlainJson = (value: unknown, depth = 0): boolean => {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth < deepest && Object.entries(value).every(([name, member]) => isPlainJson(name) && isPlainJson(member, depth + 1));
};

const checkObject = (schema: Schema, options: ShapeOptions): Check => {
  const { properties, required = [] } = schema;
  if (!properties)
    return (value, place, problems) => {
      if (!isPlainJson(value)) problems.push({ path: [...place], kind: 'type', schema });
      return value;
    };
  const members = Object.entries(properties)
    .filter(([, { readOnly }]) => !readOnly)
    .map(([name, member]) => ({ name, member, check: undefined as Check | undefined }));
  return (value, place, problems) => {
    const given = value as Record<string, unknown>;
    const kept: Record<string, unknown> = {};
    for (const each of members) {
      const { name, member } = each;
      const part = Object.hasOwn(given, name) ? given[name] : undefined;
      if (part === null && member.nullAs !== undefined) kept[name] = member.nullAs;
      else if (part !== undefined && (part !== null || options.nulls === 'refuse')) {
        // Compiled with its first value: most values have few of their members.
        each.check ??= compile(member, options);
        kept[name] = checkInside(each.check, part, place, name, problems);
      } else if (required.includes(name)) problems.push({ path: [...place, name], kind: 'missing', schema: member });
    }
    if (options.unknown === 'refuse')
      for (const name of Object.keys(given))
        if (!Object.hasOwn(properties, name)) problems.push({ path: [...place, name], kind: 'unknown', schema });
    return kept;
  };
};

const checks: Record<string, (schema: Schema, options: ShapeOptions) => Check> = {
  string: checkText,
  integer: checkNumber,
  array: checkList,
  object: checkObject,
  boolean: () => (value) => value,
};

function compile(schema: Schema, options: ShapeOptions): Check {
  if (schema.type === undefined) return (value) => value;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  const byType = new Map(types.map((type) => [type, checks[type]?.(schema, options)]));
  return (value, place, problems) => {
    const read = options.coerce ? coerced(value, types) : value;
    const check = byType.get(typeOf(read));
    if (check) return check(read, place, problems);
    problems.push({ path: [...place], kind: 'type', schema });
    return undefined;
  };
}

/**
 * A function that reports every problem of a value, not only the first. The schema is compiled with the first value: of the
 * hundreds of schemas that a server has, most runs use a few.
 */
export function compileShape(schema: Schema, options: ShapeOptions = {}): (value: unknown) => Shaped {
  let check: Check | undefined;
  return (value) => {
    check ??= compile(schema, options);
    const problems: ShapeError[] = [];
    return { value: check(value, [], problems), problems };
  };
}
