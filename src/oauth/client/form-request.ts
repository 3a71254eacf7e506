import type { FastifyRequest } from 'fastify';
import { type Context, type Environment, environmentOf } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import { recordAndAssert } from '../../environment/record.js';
import { isForm } from '../../http/bodies.js';
import { type Infer, string } from '../../lib/schema/types.js';
import { enforce, OAuthError } from '../../pingone/errors.js';
import { type Check, check, failed } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { authenticateClient, type ClientParameters } from './authenticate.js';

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
    throw new OAuthError('content_type_form', [check('content_type_form', false, { got: contentType ?? 'none' })]);
  const sent = ((typeof request.body === 'object' ? request.body : null) ?? {}) as Record<string, unknown>;
  const names = Object.keys(schema.properties);
  const repeated = names.find((name) => Array.isArray(sent[name]));
  const present = repeated === undefined ? names.filter((name) => typeof sent[name] === 'string' && sent[name] !== '') : [];
  return { form: Object.fromEntries(present.map((name) => [name, sent[name]])) as Infer<S>, repeated };
}

/** The check that no parameter came twice. */
export const checkOnce = (repeated: string | undefined) => check('parameter_once', repeated === undefined, { got: repeated });

/** The check that a client has the grant that it uses. */
export const checkGrant = ({ grantTypes }: Client, grant: string): Check =>
  check(
    'grant_type_allowed',
    grantTypes.some((each) => each === grant),
    { expected: grantTypes.join(', '), got: grant },
  );

/** The check that a client is able to keep a secret: some grants are not for public ones (docs/fidelity.md, 5.2). */
export const checkConfidential = ({ authenticationMethod }: Client): Check =>
  check('client_confidential', authenticationMethod !== 'none', { expected: 'client authentication', got: authenticationMethod });

export interface ClientRequest<Form> {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly form: Form;
  readonly application: Application;
  /** Begins the transaction that this request is told in. */
  begin(): Transaction;
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
  const begin = (): Transaction => {
    const transaction = environment.transactions.start({ application: applicationOf(client.client) });
    transaction.baseUrls.push(baseUrl);
    return transaction;
  };
  if (failed(client.checks)) {
    const step = { kind: 'client_auth', title: 'Client authenticated', checks: client.checks, exchange: request.exchange } as const;
    recordAndAssert(environment, begin(), step, client.diagnosis);
  }
  return { environment, baseUrl, form, application: client.application as Application, begin };
}
