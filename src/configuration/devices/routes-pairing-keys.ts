import type { FastifyRequest } from 'fastify';
import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { PairingKey } from '../../environment/model/mfa.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { showItem } from '../../pingone/item-view.js';
import { userOf } from '../directory/users.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, idOf, idsIn, ofUser } from '../http/paths.js';
import { createPairingKey, pairingKeyOf } from './pairing-keys.js';
import { newPairingKeyBody } from './schema.js';

const path = '/environments/:environmentId/users/:userId/pairingKeys';
const onePath = `${path}/:pairingKeyId`;

/** Keys that native applications pair themselves by (docs/fidelity.md, management 7.17). */
export const pairingKeys: Endpoint = (app, context) => {
  const config = { answer: object({}, { code: secret(string) }) };
  const show = (request: FastifyRequest, { user, ...key }: PairingKey) => {
    const environment = environmentUrl(context, request, key.environment);
    const userUrl = `${environment}/users/${user.id}`;
    return showItem({ ...key, user }, { self: `${userUrl}/pairingKeys/${key.id}`, environment, user: userUrl });
  };
  app.post(path, { schema: { params: ofUser, body: newPairingKeyBody }, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    const { applications = [] } = request.body;
    const key = await createPairingKey(
      environment,
      user,
      applications.map(({ id }) => id),
    );
    return created(reply, show(request, key));
  });
  const params = idsIn(onePath);
  const find = async (request: FastifyRequest) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, idOf(request, 'userId'));
    return { environment, key: await pairingKeyOf(environment, user.id, idOf(request, 'pairingKeyId')) };
  };
  app.get(onePath, { schema: { params }, config }, async (request) => show(request, (await find(request)).key));
  app.delete(onePath, { schema: { params } }, async (request, reply) => {
    const { environment, key } = await find(request);
    await environment.store.pairingKeys.take(key.id);
    return done(reply);
  });
};
