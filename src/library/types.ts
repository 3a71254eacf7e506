import type { CheckupOptions, Report as CheckupReport } from '../checkup/types.js';

export type { CheckupOptions, Finding as CheckupFinding, Report as CheckupReport, Verdict as CheckupVerdict } from '../checkup/types.js';

import type { TransactionBody } from '../control/transaction-body.js';
import type { Hook, HookName } from '../environment/faults/hooks.js';
import type { BrokenPkce, TokenKind, WrongToken } from '../environment/faults/registry.js';
import type { EndpointName } from '../environment/journal/endpoints.js';
import type { RecordedRequest } from '../environment/journal/raw-http.js';
import type { TransactionState } from '../environment/journal/transactions.js';

/** A duration: "61s", "5m", "1h30m", "500ms", or milliseconds. */
export type Duration = string | number;

/** A moment: ISO 8601, milliseconds since the epoch, or a Date. */
export type Moment = string | number | Date;

/** Immediate if the mock runs in this process, else a promise. `await` works for both. */
export type MaybePromise<T> = T | Promise<T>;

export interface IssueTokenOptions {
  /** A user's name or id, for a token like that after a sign-on, with the id as `sub`. Anything else becomes `sub` as it is. */
  sub?: string;
  scope?: string;
  /** Added to the tokens, over existing claims; null removes a claim. */
  claims?: Record<string, unknown>;
  /** "5m", or seconds. */
  expiresIn?: string | number;
  audience?: string | readonly string[];
  clientId?: string;
  nonce?: string;
  /** Invalid in this one way, and valid in every other. */
  invalid?: WrongToken;
}

export interface IssuedTokens {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope?: string;
  id_token?: string;
}

/** A response of the token endpoint. */
export interface TokenAnswer extends IssuedTokens {
  refresh_token?: string;
}

/** An application, as PingOne's management API shows it. */
export interface App {
  id: string;
  name: string;
  type: string;
  enabled: boolean;
  redirectUris?: readonly string[];
  grantTypes?: readonly string[];
  tokenEndpointAuthMethod?: string;
  pkceEnforcement?: 'OPTIONAL' | 'REQUIRED' | 'S256_REQUIRED';
  /** If it has one. */
  secret?: string;
  [member: string]: unknown;
}

/** A new application. Omitted members get the usual values for its type. */
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
  /** By id or name. */
  get(idOrName: string): Promise<T>;
  /** Members that the change omits stay as they are. */
  update(idOrName: string, change: Partial<New>): Promise<T>;
  delete(idOrName: string): Promise<void>;
}

export interface SignOnOptions {
  /** The user refuses: the application gets access_denied. */
  deny?: boolean;
  /** The sign-on policy is followed, and its second factor is a passcode that the mock enters. */
  otp?: 'auto';
  /** The same with a passkey of the mock. */
  passkey?: boolean;
  /** The same with a phone, which approves or denies. */
  push?: 'approve' | 'deny';
}

/** A push request that waits for a phone. */
export interface WaitingPush {
  id: string;
  user: { id: string; username: string };
  device: { id: string; nickname?: string };
  /** What the page shows and the phone offers, where numbers have to match. */
  number?: string;
  choices?: string[];
  at: string;
  expiresAt: string;
}

/** The phones of users. */
export interface MockDevices {
  /** The push requests that wait, oldest first. */
  pushes(options?: { wait?: Duration }): Promise<WaitingPush[]>;
  /** Approves a push request; without an id the newest, for which it waits up to five seconds. Another number than that of the page denies it. */
  approve(options?: { id?: string; number?: string }): Promise<void>;
  deny(options?: { id?: string }): Promise<void>;
  /** Pairs a phone by the code of a pairing key. */
  pair(pairingKey: string, options?: { nickname?: string }): Promise<{ id: string; user: { id: string } }>;
}

export interface AuthorizeOptions {
  /** An application, or its id or name. Default: the first that users sign on to. */
  app?: string | { readonly id: string };
  /** A user, or its id or name. Default: the first. */
  user?: string | { readonly id: string };
  scope?: string;
  redirectUri?: string;
  state?: string;
  nonce?: string;
  /** false: without PKCE. */
  pkce?: 'S256' | 'plain' | false;
  /** More parameters of the authorization request; undefined omits one. */
  parameters?: Record<string, string | undefined>;
}

/** A sign-on up to its code, in which the mock played the client too. */
export interface AuthorizedFlow {
  code: string;
  /** The code_verifier; empty without PKCE. */
  verifier: string;
  state: string;
  nonce: string;
  authorizeUrl: string;
  callback: string;
  redirectUri: string;
  /** Exchanges the code. The members override what the client would send; undefined omits one. */
  redeem(form?: Record<string, string | undefined>): Promise<TokenAnswer>;
}

/** A fault to inject. */
export interface FaultOptions {
  status?: number;
  /** An OAuth error code. */
  error?: string;
  errorDescription?: string;
  retryAfterSeconds?: number;
  /** Redirects to this address; with status 302 unless `status` is set. */
  location?: string;
  delay?: Duration;
  /** Closes the connection without a response. */
  drop?: boolean;
  /** Cuts the response off in the middle. */
  malformed?: boolean;
  /** The media type that the response claims to have. */
  contentType?: string;
  /** Adds a member of so many characters to a JSON response. */
  padding?: number;
  /** Sends the response a few bytes at a time, over this duration. */
  drip?: Duration;
  /** Makes the tokens in the response invalid in this way. */
  token?: WrongToken;
  /** With `token`: only this one. Default: both. */
  tokenKind?: TokenKind;
  /** Default: once. */
  times?: number | 'always';
  /** Only for this client. */
  clientId?: string;
}

/** A claims rule: a hook as data, which works over HTTP. */
export interface RuleOptions {
  on: EndpointName;
  match?: { clientId?: string; grantType?: string; username?: string };
  /** On "token": "id_token.NAME", "access_token.NAME"; else members of the response. null removes one. */
  set: Record<string, unknown>;
  times?: number;
}

export interface MockClock {
  /** Moves the server's time only. */
  advance(duration: Duration): MaybePromise<void>;
  set(moment: Moment): MaybePromise<void>;
  /** Stops time, now or at a moment. */
  freeze(moment?: Moment): MaybePromise<void>;
  reset(): MaybePromise<void>;
  now(): MaybePromise<Date>;
}

export interface TransactionFilter {
  /** An application's id or name. */
  app?: string;
  state?: TransactionState;
  user?: string;
  /** Part of the error's text, or the code of a diagnosis. */
  error?: string;
}

export interface MockTransactions {
  /** Newest first. */
  list(filter?: TransactionFilter): Promise<TransactionBody[]>;
  get(id: string): Promise<TransactionBody>;
  /** The newest one that matches, as soon as there is one. */
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
  /** The requests that match, as soon as there are `count` of them. */
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

/** An external identity provider, as the management API shows it. */
export interface IdentityProvider {
  id: string;
  name: string;
  type: string;
  enabled: boolean;
  [member: string]: unknown;
}

/** An identity provider to create: another environment of the mock, or the members of the management API. */
export interface NewIdentityProvider {
  /** An environment, or its id: its users sign on here. */
  from?: string | { readonly environmentId: string };
  name?: string;
  /** With `from`, the id of the population that new users come into; by default the default population. */
  population?: string;
  /** With `from`: whether the sign-on page offers it, in the environment's default policy. Default: true. */
  offered?: boolean;
  /** Who plays it: a page of the mock on which people say who they are, the real service, or an address with /authorize, /token and /userinfo. */
  playedBy?: 'someone-else' | 'real' | string;
  type?: string;
  [member: string]: unknown;
}

export interface MockIdentityProviders {
  create(provider: NewIdentityProvider): Promise<IdentityProvider>;
  list(): Promise<IdentityProvider[]>;
  /** By its id or name. */
  get(idOrName: string): Promise<IdentityProvider>;
  delete(idOrName: string): Promise<void>;
}

/** One environment of a mock, wherever it runs, and all that tests can do with it. */
export interface RemoteEnvironment {
  readonly environmentId: string;
  readonly issuer: string;
  readonly discovery: string;
  /** For child processes: OIDC_ISSUER, OIDC_CLIENT_ID, PINGONE_ENVIRONMENT_ID and others. */
  readonly env: Readonly<Record<string, string>>;
  /** An access token, verifiable through the real JWKS URL. */
  issueToken(options?: IssueTokenOptions): Promise<string>;
  /** The same, with an ID token. */
  issueTokens(options?: IssueTokenOptions): Promise<IssuedTokens>;
  /** Through the management API. */
  readonly apps: Collection<App, NewApp>;
  readonly users: Collection<User, NewUser>;
  readonly identityProviders: MockIdentityProviders;
  /** A token for the management API with all permissions in this environment. */
  managementToken(): Promise<string>;
  /** Signs a user on: from the application's authorization URL to the callback URL that it gets. */
  signOn(authorizeUrl: string | URL, user: string | { readonly id: string } | SignOnOptions, options?: SignOnOptions): Promise<string>;
  authorize(options?: AuthorizeOptions): Promise<AuthorizedFlow>;
  /** Injects a fault into the next response of an endpoint, or the next few. */
  failNext(endpoint: EndpointName, fault: FaultOptions): MaybePromise<void>;
  /** Breaks PKCE on purpose, until the faults are cleared. */
  breakPkce(how: BrokenPkce, options?: { clientId?: string }): MaybePromise<void>;
  /** Removes all faults. */
  clearFaults(): MaybePromise<void>;
  addRule(rule: RuleOptions): MaybePromise<void>;
  rotateKeys(options?: { keepOld?: boolean }): Promise<{ kid: string; kids: string[] }>;
  /**
   * Takes an application through everything that can be wrong with a sign-on, and reports what it refuses and what it accepts.
   * The application has to run, and to use this environment as its issuer; meanwhile, nothing else should use it.
   * @throws {MockError} `checkup_stopped` if an ordinary sign-on does not succeed, the application does not come back after a
   *   crash, or another checkup is running in this environment; the reason of the signal if that aborts
   */
  checkup(options: CheckupOptions): Promise<CheckupReport>;
  readonly clock: MockClock;
  readonly transactions: MockTransactions;
  readonly requests: MockRequests;
  /** Phones that confirm sign-ons. */
  readonly devices: MockDevices;
  /** Messages that PingOne would have sent by e-mail or text message. */
  outbox(filter?: { to?: string; wait?: Duration }): Promise<OutboxMessage[]>;
  /** Restores its original state. */
  reset(): Promise<void>;
  /** Removes it with everything in it. */
  delete(): Promise<void>;
}

/** The same calls, without a promise where the result is immediate. */
type AtOnce<T> = {
  [Name in keyof T]: T[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => [Exclude<Answer, Promise<unknown>>] extends [never] ? Answer : Exclude<Answer, Promise<unknown>>
    : T[Name];
};

/** An environment of a mock in this process. */
export interface Environment extends AtOnce<RemoteEnvironment> {
  readonly clock: AtOnce<MockClock>;
  readonly requests: AtOnce<MockRequests>;
  /** Changes tokens or responses before they are sent; returns a function that removes the hook. */
  on<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
  once<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
}

/** The contents of a new environment, as in a seed; everything is optional. */
export interface NewEnvironment {
  id?: string;
  name?: string;
  apps?: readonly NewApp[];
  users?: readonly NewUser[];
  populations?: readonly object[];
  groups?: readonly object[];
  resources?: readonly object[];
  signOnPolicies?: readonly object[];
  /** Flows of DaVinci; applications name them in `flowPolicyAssignments`. */
  flowPolicies?: readonly object[];
  [member: string]: unknown;
}

interface Server<E extends RemoteEnvironment> {
  /** Such as http://127.0.0.1:9400. */
  readonly url: string;
  /** With its own issuer, keys, data, journal, clock, faults and hooks. */
  createEnvironment(contents?: NewEnvironment): Promise<E>;
  /** Restores the seed on the whole server. */
  reset(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A mock in another process. It is its default environment, too. */
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

/** A mock in this process. It is its default environment, too. */
export interface Mock extends Omit<Environment, 'delete' | 'reset'>, Server<Environment> {
  /** The second address with `https: 'on'`. */
  readonly httpsUrl: string | undefined;
  /** Possible mistakes in the options, such as an `autoLogin` whose user does not exist yet. */
  readonly warnings: readonly string[];
  /** PEM of the certificate authority that clients of HTTPS and of the proxy must trust. */
  readonly ca: string | undefined;
  /** Sends a request without a socket. */
  inject(request: string | InjectedRequest): Promise<InjectedAnswer>;
}
