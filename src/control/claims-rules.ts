import type { App, Context } from '../environment/context.js';
import { type ClaimsRule, isOfAnswer, type NewClaimsRule } from '../environment/faults/claims-rules.js';
import { endpointNames } from '../environment/journal/endpoints.js';
import { sendJson } from '../http/answers.js';
import { array, type Infer, integer, object, oneOf, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { anyObject, creates, shows } from './answer-schemas.js';
import { ControlError, valueRefused } from './control-error.js';
import { requireLease } from './leases.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { checkerOf } from './validation.js';

const match = object({}, { client_id: string, grant_type: string, username: string });
const body = object({ on: oneOf(...endpointNames), set: anyObject }, { match, times: { ...integer, minimum: 1 }, lease: string });
const shown = object({ id: string, on: string, set: anyObject }, { match, times: integer, lease: string });

/** A claims rule as the control API spells it. */
export type ClaimsRuleBody = Infer<typeof body>;

/** On the token endpoint, a name begins with the token that it belongs to. */
function requireTokenNames({ on, set }: ClaimsRuleBody): void {
  if (on !== 'token' || isOfAnswer({ on, set })) return;
  const wrong = Object.keys(set).find((name) => !/^(id_token|access_token)\../.test(name));
  if (wrong?.startsWith('response.'))
    throw valueRefused(`set: ${JSON.stringify(wrong)} beside claims of tokens`, 'write a rule of its own for members of the response');
  if (wrong !== undefined)
    throw valueRefused(
      `set: ${JSON.stringify(wrong)} does not name a token`,
      `write id_token.${wrong}, access_token.${wrong} or response.${wrong}`,
    );
}

function readClaimsRule(given: ClaimsRuleBody): NewClaimsRule {
  requireTokenNames(given);
  const { on, set, match: wanted, times, lease } = given;
  return { on, set, times, lease, match: wanted && { client: wanted.client_id, grantType: wanted.grant_type, username: wanted.username } };
}

const check = checkerOf(body, 'body');

/** Validates a rule that the library was given in this process, exactly as if it had come over HTTP. */
export const checkClaimsRule = (given: ClaimsRuleBody): NewClaimsRule => readClaimsRule(check(given));

const show = ({ id, on, match: wanted, set, times, lease }: ClaimsRule) => ({
  id,
  on,
  match: wanted && { client_id: wanted.client, grant_type: wanted.grantType, username: wanted.username },
  set,
  times,
  lease,
});

/** Claims rules: hooks written as data, for tests that run in another process than the server. */
export const claimsRules = (app: App, context: Context): void => {
  const path = `${environmentPath}/rules`;
  app.get(path, { schema: { summary: 'List the claims rules', answers: shows(object({ rules: array(shown) })) } }, (request, reply) =>
    sendJson(reply, { rules: environmentOfPath(context, request).claimsRules.list().map(show) }),
  );
  const add = { schema: { summary: 'Change tokens or responses', body, answers: creates(shown) } };
  app.post(path, add, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const rule = readClaimsRule(request.body);
    requireLease(environment, rule.lease);
    return sendJson(reply.code(201), show(await environment.claimsRules.add(rule)));
  });
  app.delete(path, { schema: { summary: 'Remove all claims rules' } }, async (request, reply) => {
    await environmentOfPath(context, request).claimsRules.clear();
    return reply.code(204).send();
  });
  app.delete(`${path}/:ruleId`, { schema: { summary: 'Remove one claims rule' } }, async (request, reply) => {
    const ruleId = textMember(request.params, 'ruleId') ?? '';
    if (!(await environmentOfPath(context, request).claimsRules.remove(ruleId)))
      throw new ControlError(404, 'rule_unknown', `there is no rule ${JSON.stringify(ruleId)}`, 'GET lists the rules in force');
    return reply.code(204).send();
  });
};
