import type { TransactionBody } from '../control/transaction-body.js';
import type { Hook, HookName } from '../environment/faults/hooks.js';
import type { BrokenPkce, WrongToken } from '../environment/faults/registry.js';
import type { EndpointName } from '../environment/journal/endpoints.js';
import type { RecordedRequest } from '../environment/journal/raw-http.js';
import type { TransactionState } from '../environment/journal/transactions.js';

/** A length of time: "61s", "5m", "1h30m", "500ms", or milliseconds. */
export type Duration = string | number;

/** A moment: ISO 8601, milliseconds since the epoch, or a Date. */
export type Moment = string | number | Date;

/** At once where the mock runs in this process, a promise where it does not. `await` serves both. */
export type MaybePromise<T> = T | Promise<T>;

export interface IssueTokenOptions {
  /** A user's name or id: the token is that user's, `sub` his id, as after a sign-on. Anything else is the claim `sub` as it is to be. */
  sub?: string;
  scope?: string;
  /** Put into the tokens over what they hold; null takes a claim away. */
  claims?: Record<string, unknown>;
  /** "5m", or seconds. */
  expiresIn?: string | number;
  audience?: string | readonly string[];
  clientId?: string;
  nonce?: string;
  /** Wrong in this one way, and right in every other. */
  invalid?: WrongToken;
}

export interface IssuedTokens {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope?: string;
  id_token?: string;
}

/** What the token endpoint answers. */
export interface TokenAnswer extends IssuedTokens {
  refresh_token?: string;
}

/** An application, in PingOne's own words. */
export interface App {
  id: string;
  name: string;
  type: string;
  enabled: boolean;
  redirectUris?: readonly string[];
  grantTypes?: readonly string[];
  tokenEndpointAuthMethod?: string;
  pkceEnforcement?: 'OPTIONAL' | 'REQUIRED' | 'S256_REQUIRED';
  /** Where it has one. */
  secret?: string;
  [member: string]: unknown;
}

/** A new application: all that is left out is what such an application usually has. */
export interface NewApp {
  name?: string;
  type?: 'SINGLE_PAGE_APP' | 'NATIVE_APP' | 'WEB_APP' | 'CUSTOM_APP' | 'SERVICE' | 'WORKER';
  enabled?: boolean;
  redirectUris?: readonly string[];
  postLogoutRedirectUris?: readonly string[];
  grantTypes?: readonly string[];
  responseTypes?: readonly string[];
  tokenEndpointAuthMethod?: string;
  pkceEnforcement?: 'OPTIONAL' | 'REQUIRED' | 'S256_REQUIRED';
  [member: string]: unknown;
}

export interface User {
  id: string;
  username: string;
  email?: string;
  enabled: boolean;
  [member: string]: unknown;
}

export interface NewUser {
  username?: string;
  password?: string;
  email?: string;
  enabled?: boolean;
  name?: { given?: string; family?: string; [member: string]: unknown };
  [member: string]: unknown;
}

export interface Collection<T, New> {
  create(body?: New): Promise<T>;
  list(): Promise<T[]>;
  /** By id or by name. */
  get(idOrName: string): Promise<T>;
  /** What the change leaves out stays as it is. */
  update(idOrName: string, change: Partial<New>): Promise<T>;
  delete(idOrName: string): Promise<void>;
}

export interface SignOnOptions {
  /** The person says no: the application gets access_denied. */
  deny?: boolean;
}

export interface AuthorizeOptions {
  /** An application, or its id or name. The first that people sign on to, where it is left out. */
  app?: string | { readonly id: string };
  /** A user, or its id or name. The first one, where it is left out. */
  user?: string | { readonly id: string };
  scope?: string;
  redirectUri?: string;
  state?: string;
  nonce?: string;
  /** false: without PKCE. */
  pkce?: 'S256' | 'plain' | false;
  /** More parameters of the authorization request; undefined leaves one out. */
  parameters?: Record<string, string | undefined>;
}

/** A sign-on up to its code: the mock has played the client as well. */
export interface AuthorizedFlow {
  code: string;
  /** The code_verifier; empty without PKCE. */
  verifier: string;
  state: string;
  nonce: string;
  authorizeUrl: string;
  callback: string;
  redirectUri: string;
  /** Exchanges the code. Members given here go over what the client would send; undefined leaves one out. */
  redeem(form?: Record<string, string | undefined>): Promise<TokenAnswer>;
}

/** What goes wrong on purpose. */
export interface FaultOptions {
  status?: number;
  /** An OAuth error code. */
  error?: string;
  errorDescription?: string;
  retryAfterSeconds?: number;
  delay?: Duration;
  /** The connection ends without an answer. */
  drop?: boolean;
  /** The answer ends in the middle. */
  malformed?: boolean;
  /** The answer comes a few bytes at a time, over this long. */
  drip?: Duration;
  /** The tokens of the answer are wrong in this way. */
  token?: WrongToken;
  /** Once where it is left out. */
  times?: number | 'always';
  /** Only for this client. */
  clientId?: string;
}

/** A claims rule: a hook in words that go over HTTP. */
export interface RuleOptions {
  on: EndpointName;
  match?: { clientId?: string; grantType?: string; username?: string };
  /** On "token": "id_token.NAME", "access_token.NAME"; else members of the answer. null takes one away. */
  set: Record<string, unknown>;
  times?: number;
}

export interface MockClock {
  /** Moves the server's time, and nobody else's. */
  advance(duration: Duration): MaybePromise<void>;
  set(moment: Moment): MaybePromise<void>;
  /** Stops time, where it is or at a moment. */
  freeze(moment?: Moment): MaybePromise<void>;
  reset(): MaybePromise<void>;
  now(): MaybePromise<Date>;
}

export interface TransactionFilter {
  /** An application's id or name. */
  app?: string;
  state?: TransactionState;
  user?: string;
  /** A part of the error's text, or the code of a diagnosis. */
  error?: string;
}

export interface MockTransactions {
  /** Newest first. */
  list(filter?: TransactionFilter): Promise<TransactionBody[]>;
  get(id: string): Promise<TransactionBody>;
  /** The newest one that fits, as soon as there is one. */
  waitFor(filter?: TransactionFilter, options?: { timeout?: Duration }): Promise<TransactionBody>;
  clear(): Promise<void>;
}

export interface RequestFilterOptions {
  endpoint?: EndpointName;
  client?: string;
  status?: number;
  method?: string;
  since?: Moment;
}

export interface MockRequests {
  /** Oldest first. */
  filter(filter?: RequestFilterOptions): MaybePromise<RecordedRequest[]>;
  last(endpoint?: EndpointName): MaybePromise<RecordedRequest | undefined>;
  /** So many requests that fit, as soon as there are as many. */
  waitFor(filter?: RequestFilterOptions, options?: { timeout?: Duration; count?: number }): Promise<RecordedRequest[]>;
  clear(): MaybePromise<void>;
}

export interface OutboxMessage {
  id: string;
  at: string;
  channel: string;
  to: string;
  subject: string;
  text: string;
  code?: string;
}

/** One environment of a mock, wherever that runs: all that tests do with it. */
export interface RemoteEnvironment {
  readonly environmentId: string;
  readonly issuer: string;
  readonly discovery: string;
  /** For child processes: OIDC_ISSUER, OIDC_CLIENT_ID, PINGONE_ENVIRONMENT_ID and others. */
  readonly env: Readonly<Record<string, string>>;
  /** An access token, verifiable through the real JWKS URL. */
  issueToken(options?: IssueTokenOptions): Promise<string>;
  /** The same with an ID token beside it. */
  issueTokens(options?: IssueTokenOptions): Promise<IssuedTokens>;
  /** Through the management API, with a token of its own. */
  readonly apps: Collection<App, NewApp>;
  readonly users: Collection<User, NewUser>;
  /** A token for the management API that may do everything in this environment. */
  managementToken(): Promise<string>;
  /** From the URL that the application made to the callback URL that it must receive. */
  signOn(authorizeUrl: string | URL, user: string | { readonly id: string } | SignOnOptions, options?: SignOnOptions): Promise<string>;
  authorize(options?: AuthorizeOptions): Promise<AuthorizedFlow>;
  /** Lets the next answer of an endpoint go wrong, or the next few. */
  failNext(endpoint: EndpointName, fault: FaultOptions): MaybePromise<void>;
  /** Breaks PKCE on purpose, until it is reset. */
  breakPkce(how: BrokenPkce, options?: { clientId?: string }): MaybePromise<void>;
  /** Takes back all faults. */
  clearFaults(): MaybePromise<void>;
  addRule(rule: RuleOptions): MaybePromise<void>;
  rotateKeys(options?: { keepOld?: boolean }): Promise<{ kid: string; kids: string[] }>;
  readonly clock: MockClock;
  readonly transactions: MockTransactions;
  readonly requests: MockRequests;
  /** What it would have sent by mail or text message. */
  outbox(filter?: { to?: string; wait?: Duration }): Promise<OutboxMessage[]>;
  /** Back to how it was made. */
  reset(): Promise<void>;
  /** Removes it with all that is in it. */
  delete(): Promise<void>;
}

/** The same calls without their promise, where the answer need not be waited for. */
type AtOnce<T> = {
  [Name in keyof T]: T[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => [Exclude<Answer, Promise<unknown>>] extends [never] ? Answer : Exclude<Answer, Promise<unknown>>
    : T[Name];
};

/** An environment of a mock in this process. */
export interface Environment extends AtOnce<RemoteEnvironment> {
  readonly clock: AtOnce<MockClock>;
  readonly requests: AtOnce<MockRequests>;
  /** Changes tokens or answers before they go out; answers the function that ends it. */
  on<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
  once<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
}

/** What an isolated environment is made of: an environment of a seed, all of it optional. */
export interface NewEnvironment {
  id?: string;
  name?: string;
  apps?: readonly NewApp[];
  users?: readonly NewUser[];
  populations?: readonly object[];
  groups?: readonly object[];
  resources?: readonly object[];
  signOnPolicies?: readonly object[];
  [member: string]: unknown;
}

interface Server<E extends RemoteEnvironment> {
  /** As http://127.0.0.1:9400. */
  readonly url: string;
  /** Its own issuer, keys, data, journal, clock, faults and hooks. */
  createEnvironment(contents?: NewEnvironment): Promise<E>;
  /** The whole server: back to the seed. */
  reset(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A mock that runs somewhere else; its own members are those of its default environment. */
export interface ConnectedMock extends Omit<RemoteEnvironment, 'delete' | 'reset'>, Server<RemoteEnvironment> {}

export interface InjectedRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  payload?: string;
}

export interface InjectedAnswer {
  statusCode: number;
  headers: Readonly<Record<string, string | readonly string[]>>;
  body: string;
  json<T = unknown>(): T;
}

/** A mock in this process; its own members are those of its default environment. */
export interface Mock extends Omit<Environment, 'delete' | 'reset'>, Server<Environment> {
  /** The address of `https: 'on'`, beside `url`. */
  readonly httpsUrl: string | undefined;
  /** What may be a mistake in the options, though it can be used: an `autoLogin` that is no user yet. */
  readonly warnings: readonly string[];
  /** PEM of the certificate authority that clients of https, and of the proxy, have to trust. */
  readonly ca: string | undefined;
  /** Sends a request without a socket. */
  inject(request: string | InjectedRequest): Promise<InjectedAnswer>;
}
