import { renderSVG } from 'uqr';
import { deviceOf } from '../configuration/devices/devices.js';
import { claimPairingKey } from '../configuration/devices/pairing-keys.js';
import { showDevice } from '../configuration/devices/view.js';
import type { App, Context, Environment } from '../environment/context.js';
import type { PushRequest } from '../environment/model/second-factor.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, secret, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { PingOneError } from '../pingone/pingone-error.js';
import { decidePush, type PushDecision, waitingPushes } from '../signon/mfa/push.js';
import { moment, shows, texts } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { readWait, waitUntil } from './wait.js';

const waitingPush = object(
  {
    id: string,
    user: object({ id: string, username: string }),
    device: object({ id: string }, { nickname: string }),
    at: moment,
    expiresAt: moment,
  },
  { number: string, choices: texts },
);

/** A push request, with what the user would see on the phone, and on the page where numbers have to match. */
async function show({ store }: Environment, push: PushRequest): Promise<object> {
  const [user, device] = await Promise.all([store.users.get(push.userId), store.devices.get(push.deviceId)]);
  return {
    id: push.id,
    user: { id: push.userId, username: user?.username ?? '' },
    device: { id: push.deviceId, ...(device?.nickname !== undefined && { nickname: device.nickname }) },
    ...(push.number !== undefined && { number: push.number, choices: push.choices }),
    at: new Date(push.createdAt).toISOString(),
    expiresAt: new Date(push.timesOutAt).toISOString(),
  };
}

const errors: Readonly<Partial<Record<PushDecision, readonly [status: number, code: string, message: string]>>> = {
  unknown: [404, 'request_unknown', 'there is no push request with this id'],
  'decided already': [409, 'request_decided', 'this push request has already been approved or denied'],
  expired: [409, 'request_expired', 'this push request expired before the phone answered'],
};

/** Plays the phones of users, and draws what authenticator apps scan (docs/mfa.md). */
export const devices = (app: App, context: Context, closing: AbortSignal): void => {
  const pushes = `${environmentPath}/push-requests`;
  const listed = {
    schema: {
      summary: 'Push requests that wait for a phone, oldest first',
      querystring: object({}, { wait: string }),
      answers: shows(object({ requests: array(waitingPush) })),
    },
  };
  app.get(pushes, listed, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    let waiting = await waitingPushes(environment);
    const look = () => (waiting.length > 0 ? waiting : undefined);
    const subscribe = (listener: () => void) =>
      environment.outbox.subscribe(() => {
        void waitingPushes(environment).then((found) => {
          waiting = found;
          listener();
        });
      });
    const milliseconds = readWait(request.query.wait);
    await waitUntil({ milliseconds, look, subscribe, request, closing, removed: environment.removed });
    return sendJson(reply, { requests: await Promise.all(waiting.map((push) => show(environment, push))) });
  });

  const decide = {
    schema: {
      summary: 'Approve or deny a push request',
      body: object({ approve: boolean }, { number: string }),
      answers: shows(object({ id: string, decision: oneOf('approved', 'denied') })),
    },
  };
  app.post(`${pushes}/:requestId`, decide, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const requestId = textMember(request.params, 'requestId') ?? '';
    const { approve, number } = request.body;
    const decision = await decidePush(environment, requestId, approve, number);
    const error = errors[decision];
    if (error) throw new ControlError(...error);
    return sendJson(reply, { id: requestId, decision });
  });

  const pair = {
    schema: {
      summary: 'Pair a phone by a pairing key',
      body: object({ pairing_key: secret(string) }, { nickname: string }),
      answers: shows(object({ id: string, user: object({ id: string }), type: string, status: string }, { nickname: string })),
    },
  };
  app.post(`${environmentPath}/devices`, pair, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { pairing_key: key, nickname } = request.body;
    const device = await claimPairingKey(environment, key, nickname);
    if (!device)
      throw new ControlError(
        404,
        'pairing_key_unknown',
        'there is no pairing key with this code: it is wrong, already used, or expired',
        'make one with POST /v1/environments/{id}/users/{id}/pairingKeys',
      );
    const { id, user, type, status } = device;
    return sendJson(reply, { id, user, type, status, ...(nickname !== undefined && { nickname }) });
  });

  const drawn = {
    schema: { summary: 'The QR code that pairs an authenticator app, as SVG', answers: { 200: { 'image/svg+xml': string } } },
  };
  app.get(`${environmentPath}/users/:userId/devices/:deviceId/qr.svg`, drawn, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const [userId, deviceId] = [textMember(request.params, 'userId') ?? '', textMember(request.params, 'deviceId') ?? ''];
    const user = await environment.store.users.get(userId.toLowerCase());
    const device = user && (await found(() => deviceOf(environment, user.id, deviceId.toLowerCase())));
    const shown = user && device && (await showDevice(environment, device, user, ''));
    const keyUri = textMember(shown, 'keyUri');
    if (keyUri === undefined)
      throw new ControlError(404, 'device_unknown', 'there is no authenticator app with this id that waits for its activation');
    return reply
      .header('content-type', 'image/svg+xml')
      .header('cache-control', 'no-store')
      .send(renderSVG(keyUri, { border: 4 }));
  });
};

/** Undefined where the management API would answer 404. */
async function found<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof PingOneError && error.status === 404) return undefined;
    throw error;
  }
}
