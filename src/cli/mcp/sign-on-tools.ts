import { brokenPkce, wrongTokens } from '../../environment/faults/registry.js';
import { endpointNames } from '../../environment/journal/endpoints.js';
import { object } from '../../lib/schema/types.js';
import type { SignOnOptions } from '../../library/types.js';
import { choice, duration, environment, flag, members, text, texts, whole } from './arguments.js';
import { type Tool, tool } from './tool.js';

/** The values that are set. */
const set = (values: object): object => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Tools that play people, move time and inject faults. */
export const signOnTools: readonly Tool[] = [
  tool({
    name: 'sign_on',
    description:
      'Sign a person on without a browser: from the authorization URL that the application redirects to, to the callback URL with its code. Fetch that URL to let the application continue.',
    input: object(
      { authorize_url: text('The whole URL of the authorization request.') },
      {
        environment,
        user: text('A username or id. Default: the first user.'),
        deny: flag('The person refuses: the application gets access_denied.'),
        second_factor: choice('Follow the sign-on policy, with this second factor.', 'otp', 'passkey', 'push', 'push-denied'),
      },
    ),
    async run({ environment: id, authorize_url: url, user, deny, second_factor: factor }, target) {
      const options: SignOnOptions = {
        ...(deny && { deny }),
        ...(factor === 'otp' && { otp: 'auto' as const }),
        ...(factor === 'passkey' && { passkey: true }),
        ...(factor?.startsWith('push') && { push: factor === 'push' ? ('approve' as const) : ('deny' as const) }),
      };
      const where = await target.environment(id);
      const { users } = (await target.controlIn(id, '')) as { users: { username: string }[] };
      return { callback_url: await where.signOn(url, user ?? users[0]?.username ?? '', options) };
    },
  }),
  tool({
    name: 'issue_token',
    description:
      'Issue an access token (and an ID token, with `sub`) without a sign-on, signed with the real keys, for calls to an API. `invalid` makes it wrong in one way only, to see whether the API refuses it.',
    input: object(
      {},
      {
        environment,
        sub: text('A username or id, or any other subject.'),
        client_id: text('The application it is issued to.'),
        scope: text('Scopes, separated by spaces.'),
        audience: texts('The audience.'),
        claims: members('More claims; null removes one.'),
        expires_in: text(`How long it is valid: seconds, or a duration ${duration}.`),
        invalid: choice('Make it wrong in this way.', ...wrongTokens),
      },
    ),
    run: ({ environment: id, ...given }, target) => target.controlIn(id, '/tokens', { method: 'POST', body: given }),
  }),
  tool({
    name: 'fail_next',
    description:
      'Make the next answer of an endpoint go wrong: an error, a delay, a cut connection, broken JSON, wrong tokens; or break PKCE until clear_faults.',
    input: object(
      {},
      {
        environment,
        endpoint: choice('Which endpoint. Not needed with `pkce`.', ...endpointNames),
        status: whole(200, 599, 'HTTP status.'),
        error: text('OAuth error code, such as invalid_grant.'),
        error_description: text('Its description.'),
        retry_after: whole(0, 86_400, 'Seconds, for the header Retry-After.'),
        delay_ms: whole(0, 600_000, 'Answer late.'),
        drop: flag('Close the connection without an answer.'),
        malformed: flag('Cut the answer off halfway.'),
        drip_ms: whole(0, 600_000, 'Send the answer a few bytes at a time.'),
        token: choice('Make the tokens in the answer wrong in this way.', ...wrongTokens),
        pkce: choice('Break the server’s own PKCE check.', ...brokenPkce),
        client_id: text('Only for this application.'),
        times: whole(1, 1_000_000, 'How often. Default: once.'),
      },
    ),
    run: ({ environment: id, ...given }, target) => target.controlIn(id, '/faults', { method: 'POST', body: given }),
  }),
  tool({
    name: 'clear_faults',
    description: 'Remove all faults of an environment.',
    input: object({}, { environment }),
    async run({ environment: id }, target) {
      await (await target.environment(id)).clearFaults();
      return 'cleared';
    },
  }),
  tool({
    name: 'move_clock',
    description: 'Move the clock of an environment, to see codes, tokens and sessions expire. Without arguments: back to real time.',
    input: object(
      {},
      {
        environment,
        advance: text(`How far, ${duration}.`),
        set: text('A time, such as 2030-01-01T00:00:00Z.'),
        freeze: flag('Stop time there, or let it run.'),
      },
    ),
    run({ environment: id, ...given }, target) {
      const body = set(given);
      return target.controlIn(id, '/clock', Object.keys(body).length === 0 ? { method: 'DELETE' } : { method: 'PUT', body });
    },
  }),
  tool({
    name: 'reset',
    description: 'Reset an environment to its seed. Transactions, sessions and faults are dropped, and its clock returns to real time.',
    input: object({}, { environment }),
    async run({ environment: id }, target) {
      await target.controlIn(id, '/reset', { method: 'POST' });
      return 'reset';
    },
  }),
];
