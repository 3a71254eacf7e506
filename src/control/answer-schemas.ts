import { channels } from '../environment/journal/outbox.js';
import { array, boolean, integer, object, oneOf, string } from '../lib/schema/types.js';
import type { SuccessfulAnswers } from './openapi.js';

/** A schema that the OpenAPI description lists among its components, under this name. */
export const named = <const S extends object>(name: string, schema: S) => ({ $id: name, ...schema });

/** 200 with this JSON body. */
export const shows = (schema: object): SuccessfulAnswers => ({ 200: { 'application/json': schema } });

/** 201 with this JSON body. */
export const creates = (schema: object): SuccessfulAnswers => ({ 201: { 'application/json': schema } });

/** 204 without a body. */
export const noContent: SuccessfulAnswers = { 204: {} };

export const moment = { type: 'string', format: 'date-time' } as const;
/** Milliseconds since the epoch. */
export const milliseconds = integer;
/** An object with any members. */
export const anyObject = { type: 'object' } as const;
export const texts = array(string);

export const checkSchema = named(
  'Check',
  object({ rule: string, ok: boolean }, { expected: string, got: string, spec: string, using: string }),
);

export const diagnosisSchema = named(
  'Diagnosis',
  object(
    { code: string, title: string, why: string, fix: string, confidence: oneOf('exact', 'possible') },
    { snippet: string, severity: oneOf('warning'), names: texts },
  ),
);

const rawRequestMembers = { method: string, url: string, headers: anyObject };
export const rawRequestSchema = object(rawRequestMembers, { body: string });
export const rawAnswerSchema = object(
  { status: integer, headers: anyObject, tookMilliseconds: { type: 'number' } as const },
  { body: string },
);

export const recordedRequestSchema = named(
  'RecordedRequest',
  object(
    { id: string, at: moment, endpoint: string, ...rawRequestMembers, query: anyObject, form: anyObject },
    { client: string, environmentId: string, transactionId: string, body: string, answer: rawAnswerSchema, faults: texts },
  ),
);

const environmentMembers = { id: string, name: string, issuer: string, discovery: string, now: moment };
export const environmentSummarySchema = named('Environment', object(environmentMembers));

export const environmentContentsSchema = named(
  'EnvironmentContents',
  object({
    ...environmentMembers,
    applications: array(object({ id: string, name: string, type: string }, { secret: string })),
    users: array(object({ id: string, username: string })),
  }),
);

const step = object(
  { n: integer, kind: string, at: milliseconds, ok: { type: ['boolean', 'null'] } as const, title: string, checks: array(checkSchema) },
  { request: rawRequestSchema, response: rawAnswerSchema, data: anyObject },
);

export const transactionStateSchema = oneOf('waiting', 'code_issued', 'succeeded', 'failed', 'expired');

export const transactionSchema = named(
  'Transaction',
  object(
    {
      id: string,
      envId: string,
      startedAt: moment,
      state: transactionStateSchema,
      pkce: object({}, { challenge: string, method: string, verifier: string, computed: string, match: boolean }),
      steps: array(step),
      via: texts,
    },
    {
      app: object({ id: string, name: string }, { pkceEnforcement: string }),
      user: string,
      error: string,
      diagnosis: diagnosisSchema,
      warnings: array(diagnosisSchema),
      related: array(object({ envId: string, id: string, role: oneOf('provider', 'application') }, { step: integer, name: string })),
      theft: object({ exercise: string, outcome: string }),
      truncated: boolean,
    },
  ),
);

/** A message of the outbox. The control API writes its time as ISO 8601, the inspector as milliseconds. */
export const messageAt = (at: object) =>
  object(
    { id: string, at, channel: oneOf(...channels), to: string, subject: string, text: string },
    { code: string, flowId: string, userId: string },
  );

/** An error of the control API. */
export const controlErrorSchema = named('ControlError', object({ error: object({ code: string, message: string }, { fix: string }) }));

/** PingOne's error envelope (docs/fidelity.md, management 2.1). */
export const pingOneErrorSchema = named(
  'PingOneError',
  object(
    { id: { type: 'string', format: 'uuid' } as const, code: string, message: string },
    { details: array(object({ code: string, message: string }, { target: string, innerError: anyObject })) },
  ),
);
