import { boolean, type Infer, object, oneOf, reference, secret, string, uuid } from '../../lib/schema/types.js';

/** The bodies of devices and pairing keys (docs/fidelity.md, management 7.17). */

export const nickname = { type: 'string', maxLength: 100 } as const;
const address = { type: 'string', minLength: 1, maxLength: 320 } as const;
const short = { type: 'string', minLength: 1, maxLength: 256 } as const;

export const newDeviceBody = object(
  { type: short },
  {
    email: address,
    // With the country's code (ITU-T E.164).
    phone: { type: 'string', pattern: '^\\+[0-9][0-9 .-]{4,20}[0-9]$' } as const,
    extension: short,
    nickname,
    status: oneOf('ACTIVE', 'ACTIVATION_REQUIRED'),
    testMode: boolean,
    policy: reference,
    notification: { type: 'object' } as const,
    rp: object({ id: short }, { name: short }),
    serialNumber: short,
    /** Of an OATH token, base32. */
    secret: secret(short),
  },
);
export type NewDeviceBody = Infer<typeof newDeviceBody>;

export const nicknameBody = object({ nickname });
export const activationBody = object({}, { otp: secret(string), origin: short, attestation: string });
export const passcodeBody = object({ otp: secret(string) });
export const orderBody = object({
  order: { type: 'array', maxItems: 50, items: object({ id: uuid }) } as const,
});
export const newPairingKeyBody = object({}, { applications: { type: 'array', maxItems: 50, items: reference } as const });
