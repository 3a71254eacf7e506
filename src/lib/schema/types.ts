import type { FromSchema } from 'json-schema-to-ts';

/** The type of the values that a schema accepts. */
export type Infer<S> = S extends object | boolean ? FromSchema<S & {}> : never;

export const string = { type: 'string' } as const;
export const boolean = { type: 'boolean' } as const;
export const integer = { type: 'integer' } as const;

/**
 * A member that no one else may see: OpenAPI's `format: password`. The journal learns from it what to leave out with
 * PINGONE_MOCK_HIDE_SECRETS.
 */
export const secret = <const S extends object>(schema: S) => ({ ...schema, format: 'password' }) as const;

/** An uploaded file that no one else may see, such as a PKCS #12 with its private key. */
export const secretFile = { type: 'string', format: 'binary', writeOnly: true } as const;

/** The address of a page or a picture, which a browser may follow: http or https, not a scheme that runs or displays its own contents. */
export const webAddress = { type: 'string', minLength: 1, maxLength: 2048, pattern: '^[hH][tT][tT][pP][sS]?://[^\\s/?#]' } as const;

/** A string that is one of these. */
export const oneOf = <const V extends readonly string[]>(...values: V) => ({ type: 'string', enum: values }) as const;

/** A list whose items match a schema. */
export const array = <const S extends object>(items: S) => ({ type: 'array', items }) as const;

/** An object with these required and optional members; others are dropped. */
export const object = <const R extends object, const O extends object = Record<never, never>>(required: R, optional: O = {} as O) =>
  ({
    type: 'object',
    properties: { ...required, ...optional } as R & O,
    required: Object.keys(required) as (keyof R & string)[],
    additionalProperties: false,
  }) as const;

export const uuid = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' } as const;

/** A part of a request that the schema of its route has read, by the type of that schema: Fastify reads it before the endpoint runs. */
export const readBy = <const S>(_schema: S, value: unknown): Infer<S> => value as Infer<S>;

/** Something that is named by its id. */
export const reference = object({ id: uuid });
