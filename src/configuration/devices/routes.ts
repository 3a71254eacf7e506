import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Device } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionOf } from '../../pingone/media-types.js';
import { constraint, emptyValue } from '../../pingone/pingone-error.js';
import { userOf } from '../directory/users.js';
import { created, done } from '../http/answers.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { equal, exact, filterable } from '../http/filterable.js';
import { planOf } from '../http/filtering.js';
import { queryOf } from '../http/paging.js';
import { environmentUrl, idOf, idsIn, ofUser } from '../http/paths.js';
import {
  activateDevice,
  activatePasskey,
  blocked,
  changeDevice,
  createDevice,
  deleteDevice,
  deviceOf,
  devicesOf,
  orderDevices,
  removeDeviceOrder,
  renamed,
  resendPairingCode,
  unblocked,
  unlockDevice,
} from './devices.js';
import { activationBody, newDeviceBody, nicknameBody, orderBody, passcodeBody } from './schema.js';
import { deviceAnswer, devicesAnswer, showDevice } from './view.js';

const path = '/environments/:environmentId/users/:userId/devices';
const onePath = `${path}/:deviceId`;

const readNew = bodyReader(newDeviceBody);
const readOrder = bodyReader(orderBody);
const readActivation = bodyReader(activationBody);
const readPasscode = bodyReader(passcodeBody);

const filters = filterable<Device>([
  ['id', equal, exact],
  ['type', equal, exact],
  ['status', equal, exact],
]);

type Work = (environment: Environment, user: User, id: string, body: unknown) => Promise<Device>;

const activate: Work = async (environment, user, id, body) => {
  const { otp, origin, attestation } = readActivation(body);
  const { type } = await deviceOf(environment, user.id, id);
  if (type === 'FIDO2') {
    if (origin === undefined || attestation === undefined)
      throw emptyValue(...(origin === undefined ? ['origin'] : []), ...(attestation === undefined ? ['attestation'] : []));
    return activatePasskey(environment, user, id, { origin, attestation });
  }
  if (otp === undefined) throw emptyValue('otp');
  return activateDevice(environment, user, id, otp);
};

/** What each action, named by the media type, does with a device. */
const works: Readonly<Record<string, Work>> = {
  'device.activate': activate,
  'otp.check': (environment, user, id, body) => activateDevice(environment, user, id, readPasscode(body).otp),
  'device.sendActivationCode': resendPairingCode,
  'device.block': (environment, user, id) => changeDevice(environment, user.id, id, blocked),
  'device.unblock': (environment, user, id) => changeDevice(environment, user.id, id, unblocked),
  'device.unlock': (environment, user, id) => unlockDevice(environment, user.id, id),
};

/** The devices of a user (docs/fidelity.md, management 7.17). */
export const devices: Endpoint = (app, context) => {
  const config = { answer: deviceAnswer };
  const find = async (request: FastifyRequest) => {
    const environment = environmentOf(context, request);
    return { environment, user: await userOf(environment, idOf(request, 'userId')), id: idOf(request, 'deviceId') };
  };
  const show = (request: FastifyRequest, environment: Environment, user: User, device: Device) =>
    showDevice(environment, device, user, environmentUrl(context, request, environment));

  const query = object({}, { filter: string, expand: string, limit: string, cursor: string });
  const listAll = async (request: FastifyRequest, filter?: string, expand?: string) => {
    const { environment, user } = await find(request);
    const plan = await planOf(environment, filter, filters);
    const found = (await devicesOf(environment, user.id)).filter((device) => !plan || plan.fits(device));
    const shown = await Promise.all(found.map((device) => show(request, environment, user, device)));
    const self = `${environmentUrl(context, request, environment)}/users/${user.id}/devices${queryOf(request)}`;
    const order = found.flatMap(({ id, order: place }) => (place === undefined ? [] : [{ id }]));
    return { ...toCollection('devices', shown, { self, count: shown.length }), ...(expand === 'order' && { order }) };
  };
  app.get(path, { schema: { params: ofUser, querystring: query }, config: { answer: devicesAnswer } }, async (request) =>
    listAll(request, request.query.filter, request.query.expand),
  );

  const posts = accepting({ 'application/json': newDeviceBody, 'devices.reorder': orderBody, 'devices.order.remove': nothing });
  app.post(path, { schema: { params: ofUser }, config: { ...posts, ...config } }, async (request, reply) => {
    const { environment, user } = await find(request);
    const action = actionOf(mediaTypeOf(request));
    if (action === 'devices.reorder') {
      const { order } = readOrder(request.body);
      await orderDevices(
        environment,
        user.id,
        order.map(({ id }) => id),
      );
      return listAll(request, undefined, 'order');
    }
    if (action === 'devices.order.remove') {
      await removeDeviceOrder(environment, user.id);
      return done(reply);
    }
    const isSelf = request.openAttributes !== undefined || request.actor.userId === user.id;
    const device = await createDevice(environment, user, {
      body: readNew(request.body),
      isSelf,
      hostname: new URL(context.origin(request)).hostname,
    });
    return created(reply, await show(request, environment, user, device));
  });

  const params = idsIn(onePath);
  app.get(onePath, { schema: { params }, config }, async (request) => {
    const { environment, user, id } = await find(request);
    return show(request, environment, user, await deviceOf(environment, user.id, id));
  });

  const acts = accepting({
    'device.activate': activationBody,
    'otp.check': passcodeBody,
    'device.sendActivationCode': nothing,
    'device.block': nothing,
    'device.unblock': nothing,
    'device.unlock': nothing,
  });
  app.post(onePath, { schema: { params }, config: { ...acts, ...config } }, async (request) => {
    const { environment, user, id } = await find(request);
    const work = works[actionOf(mediaTypeOf(request)) ?? ''] as Work;
    return show(request, environment, user, await work(environment, user, id, request.body));
  });

  app.put(`${onePath}/nickname`, { schema: { params, body: nicknameBody }, config }, async (request) => {
    const { environment, user, id } = await find(request);
    const { nickname } = request.body;
    return show(request, environment, user, await changeDevice(environment, user.id, id, (device) => renamed(device, nickname)));
  });

  // The native application is asked for its logs, which PingOne's support reads.
  app.put(
    `${onePath}/logs`,
    { schema: { params }, config: { ...accepting({ 'application/json': nothing }), ...config } },
    async (request) => {
      const { environment, user, id } = await find(request);
      const device = await deviceOf(environment, user.id, id);
      if (device.type !== 'MOBILE') throw constraint(texts.deviceLogs.text);
      return show(request, environment, user, device);
    },
  );

  app.delete(onePath, { schema: { params } }, async (request, reply) => {
    const { environment, user, id } = await find(request);
    await deleteDevice(environment, user.id, id);
    return done(reply);
  });
};
