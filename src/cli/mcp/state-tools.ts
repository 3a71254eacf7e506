import type { TransactionBody } from '../../control/transaction-body.js';
import { object } from '../../lib/schema/types.js';
import { membersOf } from '../../lib/unknown.js';
import type { TransactionFilter } from '../../library/types.js';
import { environment, text, whole } from './arguments.js';
import { type Tool, tool } from './tool.js';

/** A transaction in a few lines: enough to pick one, and to see why it failed. */
const brief = ({ id, app, user, state, startedAt, error, diagnosis, envId }: TransactionBody, url: string) => ({
  id,
  environment: envId,
  application: app?.name,
  user,
  state,
  startedAt,
  error,
  ...(diagnosis && { diagnosis: { code: diagnosis.code, title: diagnosis.title, fix: diagnosis.fix } }),
  page: `${url}/__mock/tx/${id}`,
});

const filter = {
  environment,
  application: text('Id or name of an application.'),
  user: text('A user name.'),
  state: { type: 'string', enum: ['waiting', 'code_issued', 'succeeded', 'failed', 'expired'], description: 'How far it got.' },
  error: text('Part of the error’s text, or the code of a diagnosis.'),
} as const;

const toFilter = ({ application: app, user, state, error }: { application?: string; user?: string; state?: string; error?: string }) =>
  Object.fromEntries(Object.entries({ app, user, state, error }).filter(([, value]) => value !== undefined)) as TransactionFilter;

/** Tools that read what the mock has and what it saw. */
export const stateTools: readonly Tool[] = [
  tool({
    name: 'get_state',
    description:
      'Read the mock’s state: its address, its environments, and of one environment the issuer, applications (redirect URIs, grant types, PKCE enforcement, secrets) and the first 100 users. Begin here.',
    input: object({}, { environment }),
    readOnly: true,
    async run({ environment: id }, target) {
      const { environments } = membersOf(await target.control('/environments'));
      const { applications: _, ...contents } = membersOf(await target.controlIn(id, ''));
      const { apps } = await target.environment(id);
      const applications = (await apps.list()).filter(({ grantTypes }) => grantTypes).slice(0, 50);
      return {
        url: target.url,
        inspector: `${target.url}/__mock/live`,
        environments,
        environment: { ...contents, applications: await Promise.all(applications.map(async ({ id: one }) => shown(await apps.get(one)))) },
      };
    },
  }),
  tool({
    name: 'list_transactions',
    description:
      'List sign-ons and token requests that the mock saw, newest first, each with its outcome and, where it was refused, the diagnosis: what the client did wrong and how to fix it.',
    input: object({}, { ...filter, correlation_id: text('The correlation id that an error shows.'), limit: whole(1, 50, 'Default: 10.') }),
    readOnly: true,
    async run({ environment: id, limit = 10, correlation_id: correlationId, ...given }, target) {
      const query = new URLSearchParams({
        ...toFilter(given),
        ...(correlationId !== undefined && { correlationId }),
        limit: String(limit),
      });
      const path = `/transactions?${query}`;
      const answer = await (id === undefined ? target.control(path) : target.controlIn(id, path));
      return (answer as { transactions: TransactionBody[] }).transactions.map((each) => brief(each, target.url));
    },
  }),
  tool({
    name: 'get_transaction',
    description:
      'Read one transaction whole: each request and answer, each check with what was expected and received, the PKCE values, and the diagnosis.',
    input: object({ id: text('Id of the transaction.') }),
    readOnly: true,
    run: ({ id }, target) => target.control(`/transactions/${encodeURIComponent(id)}`),
  }),
  tool({
    name: 'wait_for_transaction',
    description:
      'Wait for a matching transaction, and read it. An existing one counts: call clear_transactions first to wait for a new one.',
    input: object({}, { ...filter, timeout_seconds: whole(1, 50, 'Default: 30.') }),
    readOnly: true,
    async run({ environment: id, timeout_seconds: seconds = 30, ...given }, target) {
      const { transactions } = await target.environment(id);
      return transactions.waitFor(toFilter(given), { timeout: `${seconds}s` });
    },
  }),
  tool({
    name: 'clear_transactions',
    description: 'Forget the transactions of an environment. Codes, sessions and tokens stay valid.',
    input: object({}, { environment }),
    async run({ environment: id }, target) {
      await (await target.environment(id)).transactions.clear();
      return 'cleared';
    },
  }),
  tool({
    name: 'read_outbox',
    description: 'Read the e-mails and text messages that PingOne would have sent, with their passcodes; oldest first.',
    input: object({}, { environment, to: text('The address or phone number.') }),
    readOnly: true,
    run: async ({ environment: id, to }, target) =>
      (await (await target.environment(id)).outbox(to === undefined ? {} : { to })).slice(-50),
  }),
];

/** What an agent needs to know about an application, to set up a client or to see why it is refused. */
function shown(application: object) {
  const { id, name, type, enabled, redirectUris, postLogoutRedirectUris, grantTypes, responseTypes, ...rest } = membersOf(application);
  const { pkceEnforcement, tokenEndpointAuthMethod, secret } = rest;
  return {
    id,
    name,
    type,
    enabled,
    redirectUris,
    postLogoutRedirectUris,
    grantTypes,
    responseTypes,
    pkceEnforcement,
    tokenEndpointAuthMethod,
    secret,
  };
}
