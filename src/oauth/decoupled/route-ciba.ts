import type { Endpoint } from '../../environment/context.js';
import { recordAndAssert } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { type Infer, object, secret, string } from '../../lib/schema/types.js';
import { words } from '../../protocol/authorization-request.js';
import { type Check, check, decideByAll } from '../../protocol/check.js';
import { startBackchannelRequest } from '../../signon/decoupled/backchannel.js';
import { checkConfidential, checkGrant, clientMembers, readClientRequest } from '../client/form-request.js';
import { grantedScopes, resolveScopes } from '../tokens/scopes.js';
import { findHintedUser } from './hinted-user.js';

const backchannelRequest = object(
  {},
  {
    ...clientMembers,
    scope: string,
    login_hint: string,
    id_token_hint: secret(string),
    login_hint_token: secret(string),
    binding_message: string,
    requested_expiry: string,
  },
);

const backchannelAnswer = object({ auth_req_id: secret(string) });

/** Judges the parameters by themselves: a scope, exactly one hint, and the form of the optional ones. */
function checkParameters(form: Infer<typeof backchannelRequest>): Check[] {
  const hints = (['login_hint', 'id_token_hint', 'login_hint_token'] as const).filter((name) => form[name] !== undefined);
  const { binding_message: message, requested_expiry: expiry } = form;
  return [
    check('backchannel_scope_present', form.scope !== undefined),
    check('backchannel_one_hint', hints.length === 1, { expected: 'exactly one hint', got: hints.join(', ') || 'none' }),
    check('binding_message_shown', message === undefined || (message.length <= 256 && !/\p{Cc}/u.test(message))),
    check('requested_expiry_number', expiry === undefined || /^[1-9]\d{0,8}$/.test(expiry), { got: expiry }),
  ];
}

/** The backchannel authentication endpoint, in poll mode only (docs/fidelity.md, 7.7). */
export const cibaAuthorization: Endpoint = (app, context) => {
  app.post('/cibaAuthorization', { config: { parameters: backchannelRequest, answer: backchannelAnswer } }, async (request, reply) => {
    const { environment, baseUrl, form, application, client, begin } = await readClientRequest(context, request, {
      schema: backchannelRequest,
      endpoint: 'cibaAuthorization',
    });
    const transaction = begin();
    const { exchange } = request;
    const step = { kind: 'authorize', title: 'Backchannel authentication' } as const;
    const allowed = [checkConfidential(client), checkGrant(client, 'urn:openid:params:grant-type:ciba'), ...checkParameters(form)];
    recordAndAssert(environment, transaction, { ...step, exchange }, decideByAll(allowed));
    const granted = await grantedScopes(environment, application.id);
    const several = application.requestScopesForMultipleResourcesEnabled === true;
    const { scopes, checks } = resolveScopes(granted, words(form.scope), several);
    const hinted = await findHintedUser(environment, application, {
      issuer: `${baseUrl}/as`,
      loginHint: form.login_hint,
      idTokenHint: form.id_token_hint,
      loginHintToken: form.login_hint_token,
    });
    const decision = decideByAll([...checks, ...hinted.checks], hinted.refusedBy ? undefined : hinted.value);
    const userId = recordAndAssert(environment, transaction, step, decision);
    const waiting = await startBackchannelRequest(environment, {
      application,
      scopes,
      transaction,
      userId,
      bindingMessage: form.binding_message,
      requestedSeconds: form.requested_expiry === undefined ? undefined : Number(form.requested_expiry),
    });
    return sendJson(reply, {
      auth_req_id: waiting.id,
      expires_in: (waiting.expiresAt - waiting.issuedAt) / 1000,
      interval: waiting.intervalSeconds,
    });
  });
};
