import type { FastifyRequest } from 'fastify';
import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { object, reference } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionOf } from '../../pingone/media-types.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import { userOf } from '../directory/users.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { environmentUrl, idOf, idsIn } from '../http/paths.js';
import { agreementOf } from './agreements.js';
import { acceptAgreement, type ConsentState, consentStateOf, consentStatesOf, revokeConsent } from './consents.js';

const path = '/environments/:environmentId/users/:userId/agreementConsents';
const readConsent = bodyReader(
  object({ language: reference, revision: reference }, { consentedAt: { type: 'string', minLength: 1, maxLength: 40 } as const }),
);

/** What users have consented to (docs/fidelity.md, management 7.5). */
export const agreementConsents: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, user: User, { id, agreement, language, revision, consent, expiresAt, status }: ConsentState) => {
    const url = environmentUrl(context, request, agreement.environment);
    const { text: _, ...shownRevision } = revision ?? {};
    return {
      _links: toLinks({
        self: `${url}/users/${user.id}/agreementConsents/${agreement.id}`,
        environment: url,
        user: `${url}/users/${user.id}`,
        agreement: `${url}/agreements/${agreement.id}`,
      }),
      _embedded: { agreement, ...(revision && { revision: shownRevision }), ...(language && { language }) },
      id,
      environment: agreement.environment,
      user: { id: user.id },
      agreement: { id: agreement.id },
      ...(language && { language: { id: language.id } }),
      ...(revision && { revision: { id: revision.id } }),
      ...(consent && {
        lastConsent: { language: consent.language, revision: consent.revision, at: consent.at, ...(expiresAt && { expiresAt }) },
      }),
      status,
    };
  };

  app.get(path, { schema: { params: idsIn(path) } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, idOf(request, 'userId'));
    const states = await consentStatesOf(environment, user);
    const self = `${environmentUrl(context, request, environment)}/users/${user.id}/agreementConsents`;
    return toCollection(
      'userAgreements',
      states.map((state) => show(request, user, state)),
      { self, count: states.length },
    );
  });

  const onePath = `${path}/:agreementId`;
  const params = idsIn(onePath);
  app.get(onePath, { schema: { params } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, idOf(request, 'userId'));
    return show(request, user, await consentStateOf(environment, user, await agreementOf(environment, idOf(request, 'agreementId'))));
  });

  const config = accepting({ 'consent.accept': readConsent.schema, 'consent.revoke': nothing });
  app.post(onePath, { schema: { params }, config }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, idOf(request, 'userId'));
    const agreement = await agreementOf(environment, idOf(request, 'agreementId'));
    if (actionOf(mediaTypeOf(request)) === 'consent.accept') {
      const { consentedAt, ...accepted } = readConsent(request.body);
      const at = consentedAt === undefined ? undefined : Date.parse(consentedAt);
      if (Number.isNaN(at)) throw invalidValue('consentedAt', texts.wrongType.text);
      await acceptAgreement(environment, user, agreement, { ...accepted, at: at === undefined ? undefined : new Date(at).toISOString() });
    } else await revokeConsent(environment, user, agreement);
    return show(request, user, await consentStateOf(environment, user, agreement));
  });
};
