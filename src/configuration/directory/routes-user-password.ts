import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { boolean, object, secret, string } from '../../lib/schema/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionOf } from '../../pingone/media-types.js';
import { type ErrorDetail, invalidData, requestFailed } from '../../pingone/pingone-error.js';
import { accepting, bodyReader, mediaTypeOf, nothing } from '../http/bodies.js';
import { environmentUrl, ofUser } from '../http/paths.js';
import { showPasswordPolicy, showPasswordState } from './password-view.js';
import { checkPassword, type PasswordVerdict, passwordStateOf, setPassword, unlockPassword } from './passwords.js';
import { recoverUserPassword, sendUserRecoveryCode } from './user-codes.js';
import { userOf } from './users.js';

const path = '/environments/:environmentId/users/:userId/password';

const filled = { type: 'string', minLength: 1 } as const;
const readSet = bodyReader(object({ value: secret(filled) }, { forceChange: boolean }));
const readReset = bodyReader(object({ currentPassword: secret(filled), newPassword: secret(filled) }));
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

type Work = (environment: Environment, user: User, body: unknown) => Promise<void>;

/** What each action, named by the media type, does with a password. */
const works: Readonly<Record<string, Work>> = {
  'password.set': async (environment, { id }, body) => {
    const { value, forceChange } = readSet(body);
    await setPassword(environment, id, value, { forceChange });
  },
  'password.reset': async (environment, { id }, body) => {
    const { currentPassword, newPassword } = readReset(body);
    requireRight(await checkPassword(environment, id, currentPassword), 'currentPassword');
    await setPassword(environment, id, newPassword);
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
    const user = await userOf(environment, (request.params as { userId: string }).userId);
    if (user.identityProvider.type !== 'PING_ONE')
      throw requestFailed({ code: 'INVALID_VALUE', target: 'identityProvider', message: texts.passwordExternal.text });
    await works[actionOf(mediaTypeOf(request)) ?? '']?.(environment, user, request.body);
    return showPasswordState(await passwordStateOf(environment, user), environmentUrl(context, request, environment));
  };

  app.get(path, { schema: { params: ofUser, querystring: object({}, { expand: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const state = await passwordStateOf(environment, await userOf(environment, request.params.userId));
    const embedded = request.query.expand === 'passwordPolicy' && { _embedded: { passwordPolicy: showPasswordPolicy(state.policy, url) } };
    return { ...showPasswordState(state, url), ...embedded };
  });
  const sets = accepting({ 'password.set': readSet.schema, 'password.reset': readReset.schema });
  app.put(path, { schema: { params: ofUser }, config: sets }, act);
  const checks = accepting({
    'password.check': readCheck.schema,
    'password.recover': readRecovery.schema,
    'password.sendRecoveryCode': nothing,
    'password.unlock': nothing,
  });
  app.post(path, { schema: { params: ofUser }, config: checks }, act);
};
