import type { FastifyRequest } from 'fastify';
import { type Context, type Environment, environmentOf } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import { beginTransaction, recordAndAssert } from '../../environment/record.js';
import { isForm } from '../../http/bodies.js';
import { type Infer, secret, string } from '../../lib/schema/types.js';
import { membersOf } from '../../lib/unknown.js';
import { enforce } from '../../pingone/errors.js';
import { type Check, check, decideByAll, refuse } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { authenticateClient, type ClientParameters } from './authenticate.js';

/** The members of a form that name or prove its client. */
export const clientMembers = {
  client_id: string,
  client_secret: secret(string),
  client_assertion: secret(string),
  client_assertion_type: string,
} as const;

export interface ReadForm<Form> {
  readonly form: Form;
  /** A parameter that was sent more than once (RFC 6749 §3.2: must not); the form then counts as empty. */
  readonly repeated: string | undefined;
}

/** Reads a form. An empty parameter counts as absent (RFC 6749 §3.2); any other body is refused. */
export function readForm<const S extends { readonly properties: object }>(request: FastifyRequest, schema: S): ReadForm<Infer<S>> {
  const contentType = request.headers['content-type'];
  if (!isForm(request) && (contentType !== undefined || request.body)) enforce(refuse('content_type_form', { got: contentType ?? 'none' }));
  const sent = membersOf(request.body);
  const form: Record<string, string> = {};
  for (const name of Object.keys(sent)) {
    if (!Object.hasOwn(schema.properties, name)) continue;
    const value = sent[name];
    if (Array.isArray(value)) return { form: {} as Infer<S>, repeated: name };
    if (typeof value === 'string' && value !== '') form[name] = value;
  }
  return { form: form as Infer<S>, repeated: undefined };
}

/** The check that no parameter was sent twice. */
export const checkOnce = (repeated: string | undefined) => check('parameter_once', repeated === undefined, { got: repeated });

/** The check that a client has the grant that it uses. */
export const checkGrant = ({ grantTypes }: Client, grant: string): Check =>
  check('grant_type_allowed', (grantTypes as readonly string[]).includes(grant), { expected: grantTypes.join(', '), got: grant });

/** The check that a client can keep a secret: public clients may not use some grants (docs/fidelity.md, 5.2). */
export const checkConfidential = ({ authenticationMethod }: Client): Check =>
  check('client_confidential', authenticationMethod !== 'none', { expected: 'client authentication', got: authenticationMethod });

export interface ClientRequest<Form> {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly form: Form;
  readonly application: Application;
  readonly client: Client;
  /** Begins the transaction that shows this request. */
  begin(): Transaction;
}

/** A form of a proven client; anything else is refused. */
export async function readClientRequest<const S extends { readonly properties: object }>(
  context: Context,
  request: FastifyRequest,
  { schema, endpoint }: { schema: S; endpoint: string },
): Promise<ClientRequest<Infer<S>>> {
  const environment = environmentOf(context, request);
  const { form, repeated } = readForm(request, schema);
  enforce(decideByAll([checkOnce(repeated)]));
  const baseUrl = context.baseUrl(request, environment);
  const called = { issuer: `${baseUrl}/as`, endpoint };
  const { decision, client, diagnosis } = await authenticateClient(
    environment,
    request.headers.authorization,
    form as ClientParameters,
    called,
  );
  const begin = (): Transaction => beginTransaction(environment, { application: client, baseUrl });
  if (decision.refusedBy) {
    const step = { kind: 'client_auth', title: 'Client authenticated', exchange: request.exchange } as const;
    return recordAndAssert<never>(environment, begin(), step, decision, diagnosis);
  }
  return { environment, baseUrl, form, ...decision.value, begin };
}
