import { array, boolean, integer, object, oneOf, string } from '../lib/schema/types.js';
import type { SuccessfulAnswers } from './openapi.js';

/** A schema that the description keeps among its components, under this name. */
export const named = <const S extends object>(name: string, schema: S) => ({ $id: name, ...schema });

/** An answer of 200 with JSON of this form. */
export const shows = (schema: object): SuccessfulAnswers => ({ 200: { 'application/json': schema } });

/** An answer of 201 with JSON of this form. */
export const creates = (schema: object): SuccessfulAnswers => ({ 201: { 'application/json': schema } });

/** An answer of 204: done, and nothing to show. */
export const empty: SuccessfulAnswers = { 204: {} };

export const moment = { type: 'string', format: 'date-time' } as const;
/** Milliseconds since the epoch. */
export const milliseconds = integer;
/** Members of any name. */
export const anyObject = { type: 'object' } as const;
export const texts = array(string);

export const check = named('Check', object({ rule: string, ok: boolean }, { expected: string, got: string, spec: string, using: string }));

export const diagnosis = named(
  'Diagnosis',
  object({ code: string, title: string, why: string, fix: string, confidence: oneOf('exact', 'likely') }, { snippet: string }),
);

const rawRequestMembers = { method: string, url: string, headers: anyObject };
export const rawRequest = object(rawRequestMembers, { body: string });
export const rawAnswer = object({ status: integer, headers: anyObject, tookMilliseconds: { type: 'number' } as const }, { body: string });

export const recordedRequest = named(
  'RecordedRequest',
  object(
    { id: string, at: moment, endpoint: string, ...rawRequestMembers, query: anyObject, form: anyObject },
    { client: string, environmentId: string, transactionId: string, body: string, answer: rawAnswer, faults: texts },
  ),
);

const environmentMembers = { id: string, name: string, issuer: string, discovery: string, now: moment };
export const environment = named('Environment', object(environmentMembers));

export const environmentWithContents = named(
  'EnvironmentContents',
  object({
    ...environmentMembers,
    applications: array(object({ id: string, name: string, type: string }, { secret: string })),
    users: array(object({ id: string, username: string })),
  }),
);

const step = object(
  { n: integer, kind: string, at: milliseconds, ok: { type: ['boolean', 'null'] } as const, title: string, checks: array(check) },
  { request: rawRequest, response: rawAnswer, data: anyObject },
);

export const transactionState = oneOf('waiting', 'code_issued', 'succeeded', 'failed', 'expired');

export const transaction = named(
  'Transaction',
  object(
    {
      id: string,
      envId: string,
      startedAt: moment,
      state: transactionState,
      pkce: object({}, { challenge: string, method: string, verifier: string, computed: string, match: boolean }),
      steps: array(step),
      via: texts,
    },
    {
      app: object({ id: string, name: string }, { pkceEnforcement: string }),
      user: string,
      error: string,
      diagnosis,
      truncated: boolean,
    },
  ),
);

/** A message of the outbox; its moment is written in two ways. */
export const messageAt = (at: object) =>
  object(
    { id: string, at, channel: oneOf('email', 'sms'), to: string, subject: string, text: string },
    { code: string, flowId: string, userId: string },
  );

/** What every refusal of the control API looks like. */
export const controlError = named('ControlError', object({ error: object({ code: string, message: string }, { fix: string }) }));

/** PingOne's envelope (docs/fidelity.md, management 2.1). */
export const pingOneError = named(
  'PingOneError',
  object(
    { id: { type: 'string', format: 'uuid' } as const, code: string, message: string },
    { details: array(object({ code: string, message: string }, { target: string, innerError: anyObject })) },
  ),
);
