import type { App, Context } from '../environment/context.js';
import { wrongTokens } from '../environment/faults/registry.js';
import { sendJson } from '../http/answers.js';
import { parseDuration } from '../lib/duration.js';
import { integer, object, oneOf, string } from '../lib/schema/types.js';
import { makeManagementToken } from '../oauth/tokens/management-token.js';
import { mintTokens } from '../oauth/tokens/mint.js';
import { creates } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath, ofEnvironment } from './paths.js';
import { nothing } from './validation.js';

const body = object(
  {},
  {
    sub: string,
    client_id: string,
    scope: string,
    audience: { type: ['string', 'array'], items: string } as const,
    nonce: string,
    claims: { type: 'object' } as const,
    expires_in: { type: ['integer', 'string'] } as const,
    invalid: oneOf(...wrongTokens),
  },
);

const token = { access_token: string, token_type: oneOf('Bearer'), expires_in: integer };
const made = creates(object(token, { scope: string, id_token: string }));

interface TokenBody {
  sub?: string;
  client_id?: string;
  scope?: string;
  audience?: string | string[];
  nonce?: string;
  claims?: Record<string, unknown>;
  expires_in?: number | string;
  invalid?: (typeof wrongTokens)[number];
}

/** Seconds as OAuth counts them, or a length of time as people write it. */
function readSeconds(expiresIn: number | string | undefined): number | undefined {
  if (typeof expiresIn !== 'string') return expiresIn;
  const milliseconds = parseDuration(expiresIn);
  if (milliseconds !== undefined) return Math.round(milliseconds / 1000);
  throw new ControlError(
    400,
    'value_refused',
    `expires_in: expected seconds or a length of time, got ${JSON.stringify(expiresIn)}`,
    'write it as 300 or "5m"',
  );
}

/** Tokens without a flow: for tests of an API, and for setting up a test through the management API. */
export const tokens = (app: App, context: Context): void => {
  const path = '/environments/:environmentId';
  app.post(
    `${path}/tokens`,
    { schema: { summary: 'Make tokens without a flow', params: ofEnvironment, body: body as object, answers: made } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { sub, client_id: client, scope, audience, nonce, claims, expires_in: expiresIn, invalid } = request.body as TokenBody;
      if (invalid === 'nonce' && sub === undefined)
        throw new ControlError(
          400,
          'value_refused',
          'invalid: only an ID token has a nonce',
          'name the user (sub), and an ID token is made too',
        );
      const issuer = `${context.baseUrl(request, environment)}/as`;
      const expiresInSeconds = readSeconds(expiresIn);
      const minted = await mintTokens(environment, { issuer, sub, client, scope, audience, nonce, claims, expiresInSeconds, invalid });
      return sendJson(reply.code(201), minted);
    },
  );

  app.post(
    `${path}/management-token`,
    { schema: { summary: 'A token for /v1 that may do everything in this environment', body: nothing, answers: creates(object(token)) } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { token: accessToken, expiresInSeconds } = await makeManagementToken(
        environment,
        `${context.baseUrl(request, environment)}/as`,
      );
      return sendJson(reply.code(201), { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds });
    },
  );
};
