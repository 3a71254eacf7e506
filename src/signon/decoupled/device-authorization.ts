import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { DeviceAuthorization } from '../../environment/model/polled-grants.js';
import { serialize } from '../../environment/serialize.js';
import { invalidData } from '../../pingone/pingone-error.js';
import { saveFlow, transactionOf } from '../flows.js';
import type { Step, StepResult } from '../step.js';
import { normalUserCode, userCodeAlphabet } from './device-body.js';
import { keepPolled } from './keep.js';
import { tryUserCode } from './user-code-attempts.js';

const defaultTimeoutSeconds = 600;
const defaultIntervalSeconds = 5;

const secondsOf = (setting: unknown, standard: number): number => (typeof setting === 'number' ? setting : standard);

/** Begins to connect a device, with one code for the device and one for the person (RFC 8628 §3.2). */
export async function startDeviceAuthorization(
  environment: Environment,
  { application, scopes, transaction }: { application: Application; scopes: readonly string[]; transaction: Transaction },
): Promise<DeviceAuthorization> {
  const { random, clock, store } = environment;
  const now = clock.now();
  const newCode = () => random.text(8, userCodeAlphabet);
  let userCode = newCode();
  while ((await store.deviceAuthorizations.find('userCode', userCode)).length > 0) userCode = newCode();
  const authorization: DeviceAuthorization = {
    id: random.uuid(),
    userCode,
    clientId: application.id,
    scopes,
    transactionId: transaction.id,
    familyId: random.uuid(),
    issuedAt: now,
    expiresAt: now + secondsOf(application.deviceTimeout, defaultTimeoutSeconds) * 1000,
    intervalSeconds: secondsOf(application.devicePollingInterval, defaultIntervalSeconds),
  };
  await keepPolled(store.deviceAuthorizations, authorization);
  return authorization;
}

/**
 * The device with a user code, if it is still waiting; case and hyphens do not matter.
 * @param clientId the application whose devices alone count; empty for those of any
 */
export async function findWaitingDevice(
  { store, clock }: Environment,
  userCode: string,
  clientId: string,
): Promise<DeviceAuthorization | undefined> {
  const [found] = await store.deviceAuthorizations.find('userCode', normalUserCode(userCode));
  const waits = found && !found.decision && clock.now() < found.expiresAt;
  return waits && (clientId === '' || clientId === found.clientId) ? found : undefined;
}

/** The device that a flow connects, if it is still waiting. */
async function deviceOf(environment: Environment, { deviceGrant }: Flow): Promise<DeviceAuthorization | undefined> {
  const { store, clock } = environment;
  const found = deviceGrant?.deviceCode === undefined ? undefined : await store.deviceAuthorizations.get(deviceGrant.deviceCode);
  return found && !found.decision && clock.now() < found.expiresAt ? found : undefined;
}

/** The application of a path after `/device/`: its id, or its `devicePathId` (docs/fidelity.md, 7.6). */
export async function findDeviceApplication({ store }: Environment, identifier: string): Promise<Application | undefined> {
  const byId = await store.applications.get(identifier);
  return byId ?? (await store.applications.list()).find(({ devicePathId }) => devicePathId === identifier);
}

/** The status in which a flow that connects a device waits for the person who has signed on. */
export const deviceStatus = ({ deviceGrant }: Flow) =>
  deviceGrant?.deviceCode === undefined ? ('DAG_USER_CODE_REQUIRED' as const) : ('DAG_CONSENT_REQUIRED' as const);

const notFoundReason = 'no device of this application waits with this user code';

/** Finds the device by the user code that the person typed (`deviceAuthGrant.userCode.verify`). */
export async function verifyUserCode({ environment, flow }: Step, { userCode }: { userCode: string }): Promise<StepResult> {
  const { clientId } = flow.request;
  const { device, tooMany } = await tryUserCode(environment, flow.authentication?.sessionId ?? flow.id, () =>
    findWaitingDevice(environment, userCode, clientId),
  );
  if (!device)
    throw invalidData(
      { code: 'INVALID_VALUE', target: 'userCode', message: 'The user code is invalid or has expired' },
      { reason: tooMany ? 'too many wrong user codes in this session: try again in a few minutes' : notFoundReason },
    );
  environment.transactions.step(transactionOf(environment, device), {
    kind: 'consent',
    ok: true,
    title: 'User code found',
    checks: [],
  });
  const waiting = await saveFlow(environment, {
    ...flow,
    status: 'DAG_CONSENT_REQUIRED',
    applicationId: device.clientId,
    transactionId: device.transactionId,
    deviceGrant: { deviceCode: device.id },
  });
  return { flow: waiting };
}

/** Allows the device, or refuses it, which fails the flow (`deviceAuthGrant.consent`). */
export function decideDevice({ environment, flow, exchange }: Step, { accept }: { accept: boolean }): Promise<StepResult> {
  // Polls of the same device take turns with this, so that neither overwrites what the other has saved.
  return serialize(environment, `poll ${flow.deviceGrant?.deviceCode}`, async () => {
    const device = await deviceOf(environment, flow);
    if (!device) {
      const message = 'The device is no longer waiting: its code has expired or was used';
      return { flow: await saveFlow(environment, { ...flow, status: 'FAILED', error: { code: 'expired_token', message } }) };
    }
    const { authentication } = flow;
    const decided: DeviceAuthorization =
      accept && authentication ? { ...device, decision: 'approved', authentication } : { ...device, decision: 'denied' };
    await keepPolled(environment.store.deviceAuthorizations, decided);
    environment.transactions.step(transactionOf(environment, device), {
      kind: 'consent',
      ok: accept ? true : null,
      title: accept ? 'Device connected' : 'Device refused',
      checks: [],
      exchange,
    });
    const refused = { status: 'FAILED', error: { code: 'access_denied', message: 'The authorization request has been denied.' } } as const;
    return { flow: await saveFlow(environment, { ...flow, ...(accept ? { status: 'COMPLETED' } : refused) }) };
  });
}
