import type { App, Context } from '../environment/context.js';
import type { ClaimsRule, NewClaimsRule } from '../environment/faults/claims-rules.js';
import { type EndpointName, endpointNames } from '../environment/journal/endpoints.js';
import { sendJson } from '../http/answers.js';
import { array, integer, object, oneOf, string } from '../lib/schema/types.js';
import { anyObject, creates, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';
import { checkerOf } from './validation.js';

const body = object(
  { on: oneOf(...endpointNames), set: { type: 'object' } as const },
  { match: object({}, { client_id: string, grant_type: string, username: string }), times: { ...integer, minimum: 1 } },
);

const shown = object(
  { id: string, on: string, set: anyObject },
  { match: object({}, { client_id: string, grant_type: string, username: string }), times: integer },
);

/** A rule as it goes over HTTP. */
export interface ClaimsRuleBody {
  on: EndpointName;
  set: Record<string, unknown>;
  match?: { client_id?: string; grant_type?: string; username?: string };
  times?: number;
}

/** On tokens a name says which token it is for. */
function requireTokenNames({ on, set }: ClaimsRuleBody): void {
  const wrong = on === 'token' ? Object.keys(set).find((name) => !/^(id_token|access_token)\../.test(name)) : undefined;
  if (wrong !== undefined)
    throw new ControlError(
      400,
      'value_refused',
      `set: ${JSON.stringify(wrong)} names no token`,
      `write id_token.${wrong} or access_token.${wrong}`,
    );
}

function readClaimsRule(given: ClaimsRuleBody): NewClaimsRule {
  requireTokenNames(given);
  const { on, set, match, times } = given;
  return { on, set, times, match: match && { client: match.client_id, grantType: match.grant_type, username: match.username } };
}

const check = checkerOf(body, 'body');

/** A rule that did not come over HTTP, judged as if it had. */
export const checkClaimsRule = (given: ClaimsRuleBody): NewClaimsRule => readClaimsRule(check(given) as ClaimsRuleBody);

const show = ({ id, on, match, set, times }: ClaimsRule) => ({
  id,
  on,
  match: match && { client_id: match.client, grant_type: match.grantType, username: match.username },
  set,
  times,
});

/** Claims rules: what a hook does in a test's own process, in words that go over HTTP. */
export const claimsRules = (app: App, context: Context): void => {
  const path = '/environments/:environmentId/rules';
  app.get(path, { schema: { summary: 'The rules in force', answers: shows(object({ rules: array(shown) })) } }, (request, reply) =>
    sendJson(reply, { rules: environmentOfPath(context, request).claimsRules.list().map(show) }),
  );
  app.post(path, { schema: { summary: 'Change tokens or answers', body: body as object, answers: creates(shown) } }, (request, reply) => {
    const environment = environmentOfPath(context, request);
    return sendJson(reply.code(201), show(environment.claimsRules.add(readClaimsRule(request.body as ClaimsRuleBody))));
  });
  app.delete(path, { schema: { summary: 'No more rules' } }, (request, reply) => {
    environmentOfPath(context, request).claimsRules.clear();
    return reply.code(204).send();
  });
  app.delete(`${path}/:ruleId`, { schema: { summary: 'Take one rule back' } }, (request, reply) => {
    const { ruleId } = request.params as { ruleId: string };
    if (!environmentOfPath(context, request).claimsRules.remove(ruleId))
      throw new ControlError(404, 'rule_unknown', `there is no rule ${JSON.stringify(ruleId)}`, 'GET lists those in force');
    return reply.code(204).send();
  });
};
