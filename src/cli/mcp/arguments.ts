/** Arguments that several tools take. */

export const text = <const D extends string>(description: D) => ({ type: 'string', maxLength: 20_000, description }) as const;
export const flag = <const D extends string>(description: D) => ({ type: 'boolean', description }) as const;
export const whole = <const D extends string>(minimum: number, maximum: number, description: D) =>
  ({ type: 'integer', minimum, maximum, description }) as const;
export const choice = <const V extends readonly string[]>(description: string, ...values: V) =>
  ({ type: 'string', enum: values, description }) as const;
export const texts = <const D extends string>(description: D) =>
  ({ type: 'array', items: { type: 'string' }, maxItems: 100, description }) as const;
export const members = <const D extends string>(description: D) => ({ type: 'object', description }) as const;

export const environment = text('Id of the environment. Default: the mock’s default environment.');
export const duration = 'such as "90s", "5m" or "1h30m"';
