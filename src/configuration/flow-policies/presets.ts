import type { SeedNode } from '../../environment/model/flow-policies.js';

/** The ready flows. Names, keys and labels of the forms come from Ping's recordings as far as those exist. */

const done = (title: string, id: string): SeedNode[] => [
  { id, type: 'form', name: title, fields: [], buttons: [{ key: 'CONTINUE', label: 'Continue', next: 'success' }] },
];

const registration: SeedNode[] = [
  {
    id: 'registration-form',
    type: 'form',
    name: 'Registration Form',
    description: 'Collect Name, Email, Password',
    fields: [
      { key: 'email', label: 'Email', required: true },
      { key: 'password', type: 'PASSWORD_VERIFY', label: 'Password', required: true },
      { key: 'name.given', label: 'Given Name' },
      { key: 'name.family', label: 'Family Name' },
    ],
    buttons: [{ key: 'SAVE', label: 'Save' }],
  },
  { type: 'register' },
  ...done('Registration Complete', 'registered'),
];

const passwordReset: SeedNode[] = [
  {
    id: 'reset-form',
    type: 'form',
    name: 'Reset Password',
    description: 'A recovery code is sent to your e-mail address',
    fields: [{ key: 'username', label: 'Username', required: true }],
    buttons: [{ key: 'SEND', label: 'Send' }],
  },
  { type: 'password-reset' },
  ...done('Reset password success', 'reset'),
];

const success: SeedNode = { type: 'success' };

const signOn: SeedNode[] = [
  {
    id: 'sign-on-form',
    type: 'form',
    name: 'Username/Password Form',
    fields: [
      { key: 'username', label: 'Username' },
      { key: 'password', type: 'PASSWORD', label: 'Password' },
    ],
    buttons: [
      { key: 'SIGNON', label: 'Sign On' },
      { key: 'TROUBLE', label: 'Having trouble signing on?', next: 'reset-form' },
      { key: 'REGISTER', label: 'No account? Register now!', next: 'registration-form' },
    ],
  },
  { type: 'password', next: 'success' },
  ...registration,
  ...passwordReset,
  success,
];

export const presets: Readonly<Record<string, readonly SeedNode[]>> = {
  'sign-on': signOn,
  registration: [...registration, success],
  'password-reset': [...passwordReset, success],
};

export const presetNames = Object.keys(presets);
