import type { App, Context } from '../environment/context.js';
import { wrongTokens } from '../environment/faults/registry.js';
import { sendJson } from '../http/answers.js';
import { parseDuration } from '../lib/duration.js';
import { integer, object, oneOf, string } from '../lib/schema/types.js';
import { makeManagementToken } from '../oauth/tokens/management-token.js';
import { mintTokens } from '../oauth/tokens/mint.js';
import { creates } from './answer-schemas.js';
import { valueRefused } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';

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

/** In bytes. No header could carry a token made from more. */
export const largestAsked = 131_072;

const tokenMembers = { access_token: string, token_type: oneOf('Bearer'), expires_in: integer };
const answers = creates(object(tokenMembers, { scope: string, id_token: string }));

/** `expires_in`: seconds, or a duration such as "5m". */
function readSeconds(expiresIn: number | string | undefined): number | undefined {
  if (typeof expiresIn !== 'string') return expiresIn;
  const milliseconds = parseDuration(expiresIn);
  if (milliseconds !== undefined) return Math.round(milliseconds / 1000);
  throw valueRefused(`expires_in: expected seconds or a duration, got ${JSON.stringify(expiresIn)}`, 'write it as 300 or "5m"');
}

/** Issues tokens without a flow: to test an API, or to set up a test through the management API. */
export const tokenMinting = (app: App, context: Context): void => {
  const schema = { summary: 'Issue tokens without a flow', body, answers } as const;
  app.post(`${environmentPath}/tokens`, { bodyLimit: largestAsked, schema }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { sub, client_id: client, scope, audience, nonce, claims, expires_in: expiresIn, invalid } = request.body;
    if (invalid === 'nonce' && sub === undefined)
      throw valueRefused('invalid: only an ID token has a nonce', 'set sub to the user, to get an ID token as well');
    const issuer = `${context.baseUrl(request, environment)}/as`;
    const expiresInSeconds = readSeconds(expiresIn);
    const minted = await mintTokens(environment, { issuer, sub, client, scope, audience, nonce, claims, expiresInSeconds, invalid });
    return sendJson(reply.code(201), minted);
  });

  app.post(
    `${environmentPath}/management-token`,
    {
      schema: {
        summary: 'Issue a token for /v1 with full access to this environment',
        body: object({}),
        answers: creates(object(tokenMembers)),
      },
    },
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
