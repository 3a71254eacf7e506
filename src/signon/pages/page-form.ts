import { type Infer, object, string } from '../../lib/schema/types.js';

/** More attributes a profile is not asked for on one page. */
const mostAttributes = 20;
const attributes = Object.fromEntries(Array.from({ length: mostAttributes }, (_, at) => [`attribute${at}`, string])) as {
  [Name in `attribute${number}`]: typeof string;
};

/** The fields of all the forms of the page. */
export const pageForm = object(
  {},
  {
    username: string,
    password: string,
    currentPassword: string,
    newPassword: string,
    recoveryCode: string,
    verificationCode: string,
    otp: string,
    device: string,
    email: string,
    testUser: string,
    action: string,
    userCode: string,
    ...attributes,
  },
);

export type PageForm = Infer<typeof pageForm> & Readonly<Record<string, string | undefined>>;
