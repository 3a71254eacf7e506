import type { Context, Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { AuthorizationCode } from '../../environment/model/lifetimes.js';
import { type Infer, object, secret, string } from '../../lib/schema/types.js';
import type { Client } from '../../protocol/client.js';
import { clientMembers } from '../client/form-request.js';
import type { TokenResponse } from '../tokens/issue.js';
import type { RequestData } from '../tokens/request-data.js';

/** What a token request may carry (RFC 6749 §4.1.3 and the other grants). */
export const tokenRequest = object(
  {},
  {
    grant_type: string,
    ...clientMembers,
    code: secret(string),
    redirect_uri: string,
    code_verifier: secret(string),
    refresh_token: secret(string),
    scope: string,
    device_code: secret(string),
    auth_req_id: secret(string),
    subject_token: secret(string),
    subject_token_type: string,
    actor_token: secret(string),
    actor_token_type: string,
    requested_token_type: string,
  },
);
/** What is secret of the answer. */
export const tokenAnswer = object({ access_token: secret(string) }, { refresh_token: secret(string), id_token: secret(string) });

export type TokenRequest = Infer<typeof tokenRequest>;

/** What a grant works with. */
export interface GrantInput {
  readonly environment: Environment;
  readonly body: TokenRequest;
  readonly application: Application;
  readonly client: Client;
  readonly transaction: Transaction;
  /** The code that was presented. It is taken. */
  readonly code?: AuthorizationCode | undefined;
  /** The request as attribute mappings see it. */
  readonly requestData: RequestData;
  readonly exchange: Exchange;
  /** The base URL of this request, such as http://localhost:9400/{environmentId}. */
  readonly baseUrl: string;
  readonly context: Context;
}

/** Answers a token request of one grant type. */
export type GrantHandler = (input: GrantInput) => Promise<TokenResponse>;
