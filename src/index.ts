/** PingOne for tests: start a mock of it, control it and watch it. */

export type { TransactionBody as Transaction } from './control/transaction-body.js';
export type {
  Hook,
  HookArguments,
  HookedRequest,
  HookName,
  ResponseDraft,
  TokenDraft,
  TokensBeforeSign,
} from './environment/faults/hooks.js';
export type { BrokenPkce, WrongToken } from './environment/faults/registry.js';
export type { EndpointName } from './environment/journal/endpoints.js';
export type { RecordedRequest } from './environment/journal/raw-http.js';
export { connectMock } from './library/connect-mock.js';
export { createMock, startMock } from './library/lazy.js';
export { MockError } from './library/mock-error.js';
export type { MockOptions } from './library/options.js';
export type {
  App,
  AuthorizedFlow,
  AuthorizeOptions,
  CheckupFinding,
  CheckupOptions,
  CheckupReport,
  CheckupVerdict,
  ConnectedMock,
  Duration,
  Environment,
  FaultOptions,
  IdentityProvider,
  IssuedTokens,
  IssueTokenOptions,
  Mock,
  MockIdentityProviders,
  MockTransactions,
  Moment,
  NewApp,
  NewEnvironment,
  NewIdentityProvider,
  NewUser,
  RemoteEnvironment,
  RequestFilterOptions,
  RuleOptions,
  SignOnOptions,
  TokenAnswer,
  TransactionFilter,
  User,
} from './library/types.js';
