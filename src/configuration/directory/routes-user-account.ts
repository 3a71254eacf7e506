import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { boolean, object, reference, secret } from '../../lib/schema/types.js';
import { toLinks } from '../../pingone/hal.js';
import { actionOf } from '../../pingone/media-types.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { environmentUrl, ofUser } from '../http/paths.js';
import { unlockPassword } from './passwords.js';
import { answerUser } from './user-answer.js';
import { sendUserVerificationCode, verifyUserAccount } from './user-codes.js';
import { changeUser, moveUser, requirePopulation, userOf, withUser } from './users.js';

const path = '/environments/:environmentId/users/:userId';

const readVerification = bodyReader(object({ verificationCode: secret({ type: 'string', minLength: 1 }) }));

/** Parts of a user that have their own path (docs/fidelity.md, management 6.3). Changes of the profile do not affect them. */
export const userAccount: Endpoint = (app, context) => {
  const part = (request: FastifyRequest, environment: Environment, user: User, name: string, members: object) => {
    const url = `${environmentUrl(context, request, environment)}/users/${user.id}`;
    return { _links: toLinks({ self: `${url}/${name}`, user: url }), ...members };
  };

  const acts = accepting({
    'account.lock': nothing,
    'account.unlock': nothing,
    'user.sendVerificationCode': nothing,
    'user.verify': readVerification.schema,
  });
  app.post(path, { schema: { params: ofUser }, config: acts }, async (request) => {
    const environment = environmentOf(context, request);
    const action = actionOf(mediaTypeOf(request));
    const verify = action === 'user.verify' ? readVerification(request.body) : undefined;
    if (action === 'user.sendVerificationCode' || verify) {
      const user = await withUser(environment, request.params.userId, (existing) =>
        verify ? verifyUserAccount(environment, existing, verify.verificationCode) : sendUserVerificationCode(environment, existing),
      );
      return answerUser(environment, user, environmentUrl(context, request, environment));
    }
    const locks = action === 'account.lock';
    const account: Omit<User['account'], 'canAuthenticate'> = locks
      ? { status: 'LOCKED', lockedAt: new Date(environment.clock.now()).toISOString() }
      : { status: 'OK' };
    const user = await withUser(environment, request.params.userId, (existing) => changeUser(environment, existing, { account }));
    if (!locks) await unlockPassword(environment, user.id);
    return answerUser(environment, user, environmentUrl(context, request, environment));
  });

  app.get(`${path}/enabled`, { schema: { params: ofUser } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    return part(request, environment, user, 'enabled', { enabled: user.enabled });
  });

  app.put(`${path}/enabled`, { schema: { params: ofUser, body: object({ enabled: boolean }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const { enabled } = request.body;
    const user = await withUser(environment, request.params.userId, (existing) => changeUser(environment, existing, { enabled }));
    return part(request, environment, user, 'enabled', { enabled });
  });

  app.get(`${path}/mfaEnabled`, { schema: { params: ofUser } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    return part(request, environment, user, 'mfaEnabled', { mfaEnabled: user.mfaEnabled });
  });

  app.put(`${path}/mfaEnabled`, { schema: { params: ofUser, body: object({ mfaEnabled: boolean }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const { mfaEnabled } = request.body;
    const user = await withUser(environment, request.params.userId, (existing) => changeUser(environment, existing, { mfaEnabled }));
    return part(request, environment, user, 'mfaEnabled', { mfaEnabled });
  });

  app.get(`${path}/population`, { schema: { params: ofUser } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    return part(request, environment, user, 'population', user.population);
  });

  app.put(`${path}/population`, { schema: { params: ofUser, body: reference } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await withUser(environment, request.params.userId, async (existing) =>
      moveUser(environment, existing, await requirePopulation(environment, request.body.id.toLowerCase(), 'id')),
    );
    return part(request, environment, user, 'population', user.population);
  });
};
