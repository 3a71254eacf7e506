import type { DeviceAuthenticationPolicy } from '../../src/environment/model/mfa.js';
import { fromBase32 } from '../../src/lib/base32.js';
import { totp } from '../../src/protocol/totp.js';
import { assignPolicy } from './flows.js';
import { type Call, managementClient } from './management.js';
import { ids, type TestServer } from './server.js';

const minutes = (duration: number) => ({ duration, timeUnit: 'MINUTES' });
const failure = { count: 3, coolDown: minutes(2) };
const offline = { enabled: true, otp: { lifeTime: minutes(5), failure, otpLength: 8 } };

/** An MFA policy with everything enabled. */
export const everything = {
  name: 'Everything',
  default: false,
  sms: offline,
  voice: offline,
  email: offline,
  whatsApp: offline,
  totp: { enabled: true, otp: { failure } },
  oathToken: { enabled: true, otp: { failure } },
  fido2: { enabled: true, failure },
  mobile: { enabled: true, otp: { failure } },
  newDeviceNotification: 'NONE',
};

export interface SecondFactorTest {
  readonly call: Call;
  readonly policy: DeviceAuthenticationPolicy;
  /** Pairs a device of alice's that is active. */
  pair(body: { type: string; [member: string]: unknown }): Promise<{ id: string; secret?: string }>;
  /** The passcode that an authenticator app shows now. */
  appCode(device: { secret?: string }): string;
}

/** Alice, who may use MFA, and a sign-on policy with a second factor by an MFA policy of these members. */
export async function withSecondFactor(server: TestServer, members: object = {}, action: object = {}): Promise<SecondFactorTest> {
  const call: Call = async (...asked) => (await managementClient(server.app))(...asked);
  const made = await call('POST', 'deviceAuthenticationPolicies', { body: { ...everything, ...members } });
  if (made.statusCode !== 201) throw new Error(made.body);
  const policy = made.json() as DeviceAuthenticationPolicy;
  await call('PUT', `users/${ids.alice}/mfaEnabled`, { body: { mfaEnabled: true } });
  const mfa = { type: 'MULTI_FACTOR_AUTHENTICATION', deviceAuthenticationPolicy: { id: policy.id }, noDevicesMode: 'BLOCK', ...action };
  await assignPolicy(server, 'Two_Steps', [{}, mfa]);
  const appCode = ({ secret = '' }: { secret?: string }) => totp(fromBase32(secret) as Buffer, server.clock.now());
  return {
    call,
    policy,
    appCode,
    async pair(body) {
      const path = `users/${ids.alice}/devices`;
      const created = await call('POST', path, { body: { policy: { id: policy.id }, ...body } });
      if (created.statusCode !== 201) throw new Error(created.body);
      const device = created.json();
      if (device.status === 'ACTIVE') return device;
      const activated = await call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { otp: appCode(device) } });
      if (activated.statusCode !== 200) throw new Error(activated.body);
      await server.clock.advance(60_000);
      return device;
    },
  };
}
