import type { Endpoint } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, string } from '../lib/schema/types.js';
import { enforce } from '../pingone/errors.js';
import { decide, need } from '../protocol/check.js';
import { clientMembers, formRoute, readClientRequest } from './client/form-request.js';
import { revokeToken } from './revocation.js';

const revocationRequest = object({}, { ...clientMembers, token: string, token_type_hint: string });

/** Token revocation (RFC 7009; docs/fidelity.md, 7.3): an empty answer, whatever became of the token. */
export const revoke: Endpoint = (app, context) => {
  app.post('/revoke', formRoute(revocationRequest), async (request, reply) => {
    const { environment, baseUrl, form, application } = await readClientRequest(context, request, {
      schema: revocationRequest,
      endpoint: 'revoke',
    });
    const presented = enforce(decide(need('token_present', form.token, { spec: 'RFC 7009 §2.1' })));
    const { transaction, title, ok } = await revokeToken(environment, application, presented);
    if (!transaction.baseUrls.includes(baseUrl)) transaction.baseUrls.push(baseUrl);
    if (transaction.state === 'waiting') transaction.state = 'succeeded';
    environment.transactions.step(transaction, { kind: 'revoke', ok, title, checks: [], exchange: request.exchange });
    // Some clients read the content type before they see that nothing comes (docs/fidelity.md, clients).
    return sendJson(reply, '');
  });
};
