import type { FastifyRequest } from 'fastify';
import { isForm } from '../bodies.js';
import { type Context, type Environment, environmentOf } from '../context.js';
import { failed } from '../core/check.js';
import type { Client } from '../core/client.js';
import { authenticateClient, type ClientParameters } from '../domain/client-authentication.js';
import { decide } from '../domain/decide.js';
import type { Transaction } from '../journal/transactions.js';
import type { Application } from '../pingone/application.js';
import { enforce, OAuthError } from '../pingone/errors.js';
import { type Infer, string } from '../schema.js';

/** The members by which a form names or proves its client. */
export const clientMembers = { client_id: string, client_secret: string, client_assertion: string, client_assertion_type: string } as const;

/** What a form endpoint takes: the form, or nothing that is one. What it is not, `readForm` refuses in the words of OAuth. */
export const formRoute = <const S extends object>(form: S) =>
  ({ schema: { body: { oneOf: [form, { type: ['null', 'string'] }] } }, attachValidation: true }) as const;

export interface ReadForm<Form> {
  readonly form: Form;
  /** A parameter that came more than once (RFC 6749 §3.2: must not); the form counts as empty then. */
  readonly repeated: string | undefined;
}

/** Reads a form. An empty parameter counts as absent (RFC 6749 §3.2); what is no form is refused. */
export function readForm<const S extends { readonly properties: object }>(request: FastifyRequest, schema: S): ReadForm<Infer<S>> {
  const contentType = request.headers['content-type'];
  if (!isForm(request) && (contentType !== undefined || request.body))
    throw new OAuthError('content_type_form', [{ rule: 'content_type_form', ok: false, got: contentType ?? 'none' }]);
  const sent = ((typeof request.body === 'object' ? request.body : null) ?? {}) as Record<string, unknown>;
  const names = Object.keys(schema.properties);
  const repeated = names.find((name) => Array.isArray(sent[name]));
  const present = repeated === undefined ? names.filter((name) => typeof sent[name] === 'string' && sent[name] !== '') : [];
  return { form: Object.fromEntries(present.map((name) => [name, sent[name]])) as Infer<S>, repeated };
}

/** The check that no parameter came twice. */
export const checkOnce = (repeated: string | undefined) => ({
  rule: 'parameter_once',
  spec: 'RFC 6749 §3.2',
  ok: repeated === undefined,
  got: repeated,
});

export interface ClientRequest<Form> {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly form: Form;
  readonly application: Application;
}

/** A client as a transaction names it. */
export const applicationOf = (client: Client | undefined): Transaction['application'] =>
  client && { id: client.id, name: client.name, pkceEnforcement: client.pkceEnforcement };

/** A form of a proven client; anything else is refused. */
export async function readClientRequest<const S extends { readonly properties: object }>(
  context: Context,
  request: FastifyRequest,
  { schema, endpoint }: { schema: S; endpoint: string },
): Promise<ClientRequest<Infer<S>>> {
  const environment = environmentOf(context, request);
  const { form, repeated } = readForm(request, schema);
  enforce([checkOnce(repeated)]);
  const baseUrl = context.baseUrl(request, environment);
  const client = await authenticateClient(environment, request.headers.authorization, form as ClientParameters, {
    issuer: `${baseUrl}/as`,
    endpoint,
  });
  if (failed(client.checks)) {
    const transaction = environment.transactions.start({ application: applicationOf(client.client) });
    transaction.via.push(baseUrl);
    const step = { kind: 'client_auth', title: 'Client authenticated', checks: client.checks, exchange: request.exchange } as const;
    decide(environment, transaction, step, client.diagnosis);
  }
  return { environment, baseUrl, form, application: client.application as Application };
}
