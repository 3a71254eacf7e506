/** PingOne for tests: starts, steers and watches a mock of it. */
export type { BrokenPkce, WrongToken } from './domain/faults.js';
export type { Hook, HookArguments, HookedRequest, HookName, ResponseDraft, TokenDraft, TokensBeforeSign } from './domain/hooks.js';
export type { EndpointName } from './journal/endpoints.js';
export type { RecordedRequest } from './journal/raw-http.js';
export { connectMock } from './library/connect-mock.js';
export { createMock } from './library/create-mock.js';
export { MockError } from './library/mock-error.js';
export type { MockOptions } from './library/options.js';
export { startMock } from './library/start-mock.js';
export type {
  App,
  AuthorizedFlow,
  AuthorizeOptions,
  ConnectedMock,
  Duration,
  Environment,
  FaultOptions,
  IssuedTokens,
  IssueTokenOptions,
  Mock,
  MockTransactions,
  Moment,
  NewApp,
  NewEnvironment,
  NewUser,
  RemoteEnvironment,
  RequestFilterOptions,
  RuleOptions,
  SignOnOptions,
  TokenAnswer,
  TransactionFilter,
  User,
} from './library/types.js';
export type { TransactionBody as Transaction } from './mock/transaction-body.js';
