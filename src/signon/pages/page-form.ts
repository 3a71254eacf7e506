import type { FastifyRequest } from 'fastify';
import type { Context } from '../../environment/context.js';
import { type Infer, object, secret, string } from '../../lib/schema/types.js';

/** More attributes than a policy asks for on one page. */
const mostAttributes = 20;
const attributes = Object.fromEntries(Array.from({ length: mostAttributes }, (_, at) => [`attribute${at}`, string])) as {
  [Name in `attribute${number}`]: typeof string;
};

/** The fields of all forms of the page. */
export const pageForm = object(
  {},
  {
    username: string,
    password: secret(string),
    currentPassword: secret(string),
    newPassword: secret(string),
    recoveryCode: secret(string),
    verificationCode: secret(string),
    otp: secret(string),
    device: string,
    origin: string,
    assertion: secret(string),
    email: string,
    testUser: string,
    action: string,
    userCode: secret(string),
    ...attributes,
  },
);

export type PageForm = Infer<typeof pageForm> & Readonly<Record<string, string | undefined>>;

/**
 * Whether a browser says that a form was sent by another site. A flow's id cannot be guessed, so no one can act in another
 * person's flow; but an attacker could start a flow, make another person's browser post the attacker's own password to it,
 * and leave a session of theirs in that browser. Browsers send Fetch Metadata over https and to this machine only, `Origin`
 * everywhere. A client that sends neither is not a browser.
 */
export const isForeign = ({ isOwnOrigin }: Context, request: FastifyRequest): boolean => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  return site === undefined ? origin !== undefined && !isOwnOrigin(request) : site !== 'same-origin' && site !== 'none';
};
