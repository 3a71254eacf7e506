import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { boolean, object, secret, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionOf, forceChangeMediaType } from '../../pingone/media-types.js';
import { type ErrorDetail, emptyValue, invalidData, requestFailed } from '../../pingone/pingone-error.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { environmentUrl, ofUser } from '../http/paths.js';
import { showPasswordPolicy, showPasswordState } from './password-view.js';
import {
  checkPassword,
  clearPassword,
  forcePasswordChange,
  type PasswordVerdict,
  passwordStateOf,
  setPassword,
  unlockPassword,
} from './passwords.js';
import { recoverUserPassword, sendUserRecoveryCode } from './user-codes.js';
import { userOf } from './users.js';

const path = '/environments/:environmentId/users/:userId/password';

const filled = { type: 'string', minLength: 1 } as const;
const readSet = bodyReader(object({ value: secret(filled) }, { forceChange: boolean }));
/** An administrator need not know the current password. */
const readReset = bodyReader(object({ newPassword: secret(filled) }, { currentPassword: secret(filled) }));
const readValue = bodyReader(object({}, { value: secret(filled), forceChange: boolean }));
const readCheck = bodyReader(object({ password: secret(filled) }));
const readRecovery = bodyReader(object({ recoveryCode: secret(filled), newPassword: secret(filled) }));

const refuse = (detail: ErrorDetail): never => {
  throw invalidData(detail);
};

/** Refuses a wrong, locked or missing password (docs/fidelity.md, management 6.5). */
function requireRight(verdict: PasswordVerdict, target: string): void {
  if (verdict.kind === 'wrong')
    refuse({
      code: 'INVALID_VALUE',
      target,
      message: texts.passwordWrong.text,
      innerError: { failuresRemaining: verdict.failuresRemaining },
    });
  if (verdict.kind === 'none') refuse({ code: 'NO_PASSWORD', target, message: texts.passwordNone.text });
  if (verdict.kind === 'locked')
    refuse({
      code: 'PASSWORD_LOCKED_OUT',
      target,
      message: texts.passwordLocked.text,
      innerError: { secondsUntilUnlock: verdict.secondsUntilUnlock },
    });
}

/** `isSelf`: the user changes their own password, and no administrator does. */
type Work = (environment: Environment, user: User, body: unknown, isSelf: boolean) => Promise<void>;

/** What each action, named by the media type, does with a password. */
const works: Readonly<Record<string, Work>> = {
  'password.set': async (environment, { id }, body) => {
    const { value, forceChange } = readSet(body);
    await setPassword(environment, id, value, { forceChange });
  },
  'password.reset': async (environment, { id }, body, isSelf) => {
    const { currentPassword, newPassword } = readReset(body);
    if (currentPassword !== undefined) requireRight(await checkPassword(environment, id, currentPassword), 'currentPassword');
    else if (isSelf) throw emptyValue('currentPassword');
    await setPassword(environment, id, newPassword);
  },
  'password.setValue': async (environment, { id }, body) => {
    const { value, forceChange } = readValue(body ?? {});
    if (value === undefined) await clearPassword(environment, id);
    else await setPassword(environment, id, value, { forceChange });
  },
  'password.forceChange': async (environment, { id }) => {
    if (!(await forcePasswordChange(environment, id))) requireRight({ kind: 'none' }, 'password');
  },
  'password.check': async (environment, { id }, body) => {
    requireRight(await checkPassword(environment, id, readCheck(body).password), 'password');
  },
  'password.sendRecoveryCode': sendUserRecoveryCode,
  'password.recover': async (environment, user, body) => {
    const { recoveryCode, newPassword } = readRecovery(body);
    await recoverUserPassword(environment, user, recoveryCode, newPassword);
  },
  'password.unlock': (environment, { id }) => unlockPassword(environment, id),
};

/** A user's password (docs/fidelity.md, management 6.5): answers show its state, never the password. */
export const userPassword: Endpoint = (app, context) => {
  const act = async (request: FastifyRequest) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, textMember(request.params, 'userId') ?? '');
    const action = actionOf(mediaTypeOf(request)) ?? '';
    const isExternal = user.identityProvider.type !== 'PING_ONE';
    const clears = action === 'password.setValue' && readValue(request.body ?? {}).value === undefined;
    if (isExternal && !clears)
      throw requestFailed({ code: 'INVALID_VALUE', target: 'identityProvider', message: texts.passwordExternal.text });
    const isSelf = request.openAttributes !== undefined || request.actor.userId === user.id;
    await works[action]?.(environment, user, request.body, isSelf);
    return showPasswordState(await passwordStateOf(environment, user), environmentUrl(context, request, environment));
  };

  app.get(path, { schema: { params: ofUser, querystring: object({}, { expand: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const state = await passwordStateOf(environment, await userOf(environment, request.params.userId));
    const embedded = request.query.expand === 'passwordPolicy' && { _embedded: { passwordPolicy: showPasswordPolicy(state.policy, url) } };
    return { ...showPasswordState(state, url), ...embedded };
  });
  const sets = accepting({
    'password.set': readSet.schema,
    'password.reset': readReset.schema,
    'password.setValue': readValue.schema,
  });
  app.put(path, { schema: { params: ofUser }, config: sets }, act);
  const checks = accepting({
    'password.check': readCheck.schema,
    'password.recover': readRecovery.schema,
    'password.sendRecoveryCode': nothing,
    'password.unlock': nothing,
    [forceChangeMediaType]: nothing,
    'password.forceChange': nothing,
  });
  app.post(path, { schema: { params: ofUser }, config: checks }, act);
};
