import type { FastifyError, FastifyRequest } from 'fastify';
import { mayReach } from '../../configuration/access/access.js';
import { authenticate } from '../../configuration/access/actor.js';
import { settingsFor } from '../../configuration/devices/methods.js';
import { userOf } from '../../configuration/directory/users.js';
import { devicePoliciesOf, devicePolicyFor } from '../../configuration/mfa/device-policies.js';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { DeviceAuthentication, FlowDevice } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { findActiveUser } from '../../environment/sessions.js';
import { sendHal, sendPingOneError } from '../../http/answers.js';
import { refusalOf } from '../../http/refusals.js';
import { compileShape, type Schema } from '../../lib/schema/compile.js';
import { boolean, type Infer, object, oneOf, reference, secret, uuid } from '../../lib/schema/types.js';
import { isObject, textMember } from '../../lib/unknown.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionMediaType, actionOf } from '../../pingone/media-types.js';
import {
  emptyValue,
  insufficientPermissions,
  invalidData,
  invalidValue,
  malformed,
  notFound,
  type PingOneError,
  unknownReference,
  unsupportedMediaType,
} from '../../pingone/pingone-error.js';
import { deviceAmong, pushOutcome, requireUsable, selectedDevice, takeAssertion, takePasscode } from './answers.js';
import { beginByPolicy, candidatesOf } from './begin.js';
import { assertionBody, secondFactorAnswer } from './bodies.js';
import { challenge, maskAddress } from './challenge.js';
import { showDevices, showSecondFactor } from './view.js';

/** How long an authentication waits for the user. */
const lifetimeMilliseconds = 15 * 60_000;

const text = { type: 'string', minLength: 1, maxLength: 320 } as const;
const oneTime = object({ type: oneOf('EMAIL', 'SMS', 'VOICE', 'WHATSAPP') }, { email: text, phone: text, testMode: boolean });
const newAuthentication = object(
  { user: reference },
  {
    selectedDevice: object({}, { id: uuid, oneTime }),
    policy: reference,
    application: reference,
    notification: { type: 'object' } as const,
  },
);

function readerOf<const S extends Schema>(schema: S): (body: unknown) => Infer<S> {
  const read = compileShape(schema);
  return (body) => {
    if (!isObject(body ?? {})) throw malformed('the body is not a JSON object');
    const { value, problems } = read(body ?? {});
    if (problems.length > 0) throw refuseBody(problems);
    return value as Infer<S>;
  };
}

const readNew = readerOf(newAuthentication);

/** Stores an authentication; its lifetime starts over. */
async function save({ store, clock }: Environment, state: DeviceAuthentication): Promise<DeviceAuthentication> {
  const touched = { ...state, updatedAt: clock.now() };
  await store.deviceAuthentications.put(touched, touched.updatedAt + lifetimeMilliseconds);
  return touched;
}

/** An address of the request that is used once, in place of a device. */
async function oneTimeDevice(environment: Environment, given: Infer<typeof oneTime>, policyId: string | undefined): Promise<FlowDevice> {
  const { type, email, phone, testMode } = given;
  const member = type === 'EMAIL' ? 'email' : 'phone';
  const address = type === 'EMAIL' ? email : phone;
  if (address === undefined) throw emptyValue(`selectedDevice.oneTime.${member}`);
  if (!settingsFor(await devicePolicyFor(environment, policyId), type).enabled)
    throw invalidValue('selectedDevice.oneTime.type', texts.devicePolicy.text);
  return { id: environment.random.uuid(), type, address, oneTime: true, ...(testMode && { testMode }) };
}

const failed = (state: DeviceAuthentication, user: User, unavailable: readonly { id: string }[]): DeviceAuthentication => ({
  ...state,
  status: 'FAILED',
  error: { code: 'NO_USABLE_DEVICES', message: flowTexts.noDevices.text(user.id), unavailableDevices: unavailable },
});

/** Begins an authentication: with an address, with a device of the user, with the default one, or with a choice. */
async function begin(environment: Environment, body: Infer<typeof newAuthentication>): Promise<DeviceAuthentication> {
  const found = await userOf(environment, body.user.id.toLowerCase()).catch(() => undefined);
  const user = found && (await findActiveUser(environment, found.id));
  if (!user) throw unknownReference('user.id');
  const policyId = body.policy?.id.toLowerCase();
  if (policyId !== undefined && !(await devicePoliciesOf(environment)).some(({ id }) => id === policyId))
    throw unknownReference('policy.id');
  const policy = await devicePolicyFor(environment, policyId);
  const now = environment.clock.now();
  const state: DeviceAuthentication = {
    id: environment.random.uuid(),
    status: 'DEVICE_SELECTION_REQUIRED',
    userId: user.id,
    devicePolicyId: policy.id,
    createdAt: now,
    updatedAt: now,
  };
  const { id, oneTime: address } = body.selectedDevice ?? {};
  if (address) {
    const device = await oneTimeDevice(environment, address, policyId);
    return challenge(environment, { ...state, devices: [device] }, user, device);
  }
  if (id === undefined) {
    const begun = await beginByPolicy(environment, state, user, policyId);
    return begun.kind === 'begun' ? begun.state : failed(state, user, begun.unavailable);
  }
  const { devices, unavailable } = await candidatesOf(environment, user, policy);
  if (unavailable.some((device) => device.id === id.toLowerCase())) return failed(state, user, unavailable);
  const offered = { ...state, devices };
  return challenge(environment, offered, user, deviceAmong(offered, id));
}

/** An authentication whose phone has answered, or has not in time. */
async function settled(environment: Environment, state: DeviceAuthentication): Promise<DeviceAuthentication> {
  if (state.status !== 'PUSH_CONFIRMATION_REQUIRED') return state;
  const outcome = await pushOutcome(environment, state);
  if (outcome === 'waiting') return state;
  if (outcome === 'approved') return save(environment, completed(state));
  if (outcome === 'timed out') return save(environment, { ...state, status: 'PUSH_CONFIRMATION_TIMED_OUT', pushId: undefined });
  return save(environment, { ...state, status: 'FAILED', error: { code: 'PUSH_CONFIRMATION_DENIED', message: flowTexts.pushDenied.text } });
}

const completed = (state: DeviceAuthentication): DeviceAuthentication => ({
  ...state,
  status: 'COMPLETED',
  sentCode: undefined,
  assertion: undefined,
  pushId: undefined,
});

interface Action {
  readonly statuses: readonly string[];
  readonly input: Schema;
  run(environment: Environment, state: DeviceAuthentication, user: User, body: unknown): Promise<DeviceAuthentication>;
}

function action<const S extends Schema>(
  statuses: readonly string[],
  input: S,
  work: (environment: Environment, state: DeviceAuthentication, user: User, body: Infer<S>) => Promise<DeviceAuthentication>,
): Action {
  const read = readerOf(input);
  return { statuses, input, run: (environment, state, user, body) => work(environment, state, user, read(body)) };
}

const changing = ['DEVICE_SELECTION_REQUIRED', 'OTP_REQUIRED', 'ASSERTION_REQUIRED', 'PUSH_CONFIRMATION_TIMED_OUT'];

/** What each action, named by the media type, does. Its place in the list is that among the links. */
const table: Readonly<Record<string, Action>> = {
  'otp.check': action(['OTP_REQUIRED'], object({ otp: secret(text) }), async (environment, state, _user, { otp }) =>
    completed(await takePasscode(environment, state, otp, (counted) => save(environment, counted))),
  ),
  'assertion.check': action(['ASSERTION_REQUIRED'], assertionBody, async (environment, state, _user, answer) =>
    completed((await takeAssertion(environment, state, answer, (counted) => save(environment, counted))).state),
  ),
  'device.select': action(changing, object({ device: object({ id: text }) }), async (environment, state, user, { device: { id } }) => {
    const device = deviceAmong(state, id);
    await requireUsable(environment, device);
    return challenge(environment, state, user, device);
  }),
  'cancel.push.authentication': action(['PUSH_CONFIRMATION_REQUIRED'], object({}, { reason: text }), async (environment, state) => {
    if (state.pushId !== undefined) await environment.store.pushRequests.take(state.pushId);
    return { ...state, status: 'DEVICE_SELECTION_REQUIRED', pushId: undefined, selectedDeviceId: undefined };
  }),
};
const names = Object.keys(table);

/** The shown id or address of the selected device. */
function selectionOf(state: DeviceAuthentication): object {
  const device = selectedDevice(state);
  if (!device?.oneTime) return device ? { selectedDevice: { id: device.id } } : {};
  const { type, address = '' } = device;
  return { selectedDevice: { oneTime: { type, [type === 'EMAIL' ? 'email' : 'phone']: maskAddress(address) } } };
}

async function show(context: Context, request: FastifyRequest, environment: Environment, state: DeviceAuthentication) {
  const href = `${context.environmentUrl(context.origin(request), environment.id)}/deviceAuthentications/${state.id}`;
  const { bypassAllowed: _, selectedDevice: __, ...shown } = (await showSecondFactor(environment, state)) as Record<string, unknown>;
  const offered = names.filter((name) => table[name]?.statuses.includes(state.status));
  return {
    _links: { self: { href }, ...Object.fromEntries(offered.map((name) => [name, { href }])) },
    _embedded: showDevices(state),
    id: state.id,
    environment: { id: environment.id },
    status: state.status,
    user: { id: state.userId },
    policy: { id: state.devicePolicyId },
    ...selectionOf(state),
    ...shown,
    ...(state.error && { error: state.error }),
    createdAt: new Date(state.createdAt).toISOString(),
    updatedAt: new Date(state.updatedAt).toISOString(),
  };
}

/** Authentication by a device alone, with the token of a worker, under /{environmentId}/deviceAuthentications (docs/fidelity.md, 4.5). */
export const deviceAuthentications: Endpoint = (app, context) => {
  app.setErrorHandler(async (error: FastifyError | PingOneError, request, reply) => {
    const refused = refusalOf(error);
    if (!refused) throw error;
    recordRefusal(context, request, reply, refused);
    return sendPingOneError(request, reply, refused);
  });

  const open = async (request: FastifyRequest): Promise<Environment> => {
    const environment = environmentOf(context, request);
    const actor = await authenticate(context, request);
    // Only roles count here: people have no scope for it.
    if (!mayReach({ actor, area: 'users', writes: true, permission: 'mfa:update:device' }, environment)) throw insufficientPermissions();
    return environment;
  };
  const idOf = (request: FastifyRequest) => (textMember(request.params, 'id') ?? '').toLowerCase();
  const find = async ({ store }: Environment, id: string): Promise<DeviceAuthentication> => {
    const state = await store.deviceAuthentications.get(id);
    if (!state) throw notFound({ reason: `no device authentication ${id}: unknown, or idle for more than fifteen minutes` });
    return state;
  };

  const answer = secondFactorAnswer;
  app.post('/', { config: { bodies: { 'application/json': newAuthentication }, answer } }, async (request, reply) => {
    const environment = await open(request);
    const state = await save(environment, await begin(environment, readNew(request.body)));
    return sendHal(reply.code(201), await show(context, request, environment, state));
  });

  app.get('/:id', { config: { answer } }, async (request, reply) => {
    const environment = await open(request);
    const id = idOf(request);
    const state = await serialize(environment, `device authentication ${id}`, async () =>
      settled(environment, await find(environment, id)),
    );
    return sendHal(reply, await show(context, request, environment, state));
  });

  const bodies = Object.fromEntries(names.map((name) => [actionMediaType(name), (table[name] as Action).input]));
  app.post('/:id', { config: { bodies, answer } }, async (request, reply) => {
    const environment = await open(request);
    const id = idOf(request);
    const asked = actionOf(request.headers['content-type'])?.toLowerCase();
    const name = names.find((known) => known.toLowerCase() === asked);
    const chosen = name === undefined ? undefined : table[name];
    if (!chosen) throw unsupportedMediaType(`Content-Type must be one of ${names.map(actionMediaType).join(', ')}`);
    // One at a time: of two codes at once, the second finds the authentication as the first left it.
    const state = await serialize(environment, `device authentication ${id}`, async () => {
      const found = await settled(environment, await find(environment, id));
      const user = await findActiveUser(environment, found.userId);
      if (!chosen.statuses.includes(found.status) || !user)
        throw invalidData(
          { code: 'INVALID_VALUE', message: `The action is not allowed in status ${found.status}` },
          { reason: user ? `${name} is not allowed in status ${found.status}` : 'the user is disabled, locked or deleted' },
        );
      return save(environment, await chosen.run(environment, found, user, request.body));
    });
    return sendHal(reply, await show(context, request, environment, state));
  });
};
