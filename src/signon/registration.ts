import { requirePolicy } from '../configuration/directory/passwords.js';
import { type UserBody, userBody } from '../configuration/directory/user-schema.js';
import { createUser, requirePopulation } from '../configuration/directory/users.js';
import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import { recordUserActivity } from '../environment/record-activity.js';
import { compileShape } from '../lib/schema/compile.js';
import { refuseProfile } from '../pingone/body-refusals.js';
import { advance, withPassword } from './engine.js';
import { userOfFlow } from './flows.js';
import { requireCode, sendVerification } from './one-time-codes.js';
import type { Step, StepResult } from './step.js';

/** Unlike an administrator, a person who registers has to have an e-mail address: it is verified. */
const readProfile = compileShape({ ...userBody, required: ['username', 'email'] });

/** Where the policy puts people who register; else the default population. */
async function populationId(environment: Environment, flow: Flow): Promise<string | undefined> {
  const { actions } = await policyOfFlow(environment, flow);
  const current = actions.find(({ id }) => id === flow.actionId);
  const { population } = (current?.registration ?? {}) as { population?: { id?: unknown } };
  const id = population?.id;
  return typeof id === 'string' && (await environment.store.populations.get(id)) ? id : undefined;
}

/** Creates a user, whose e-mail address is still to be verified (`user.register`). */
export async function registerUser(
  step: Step,
  { password }: { password: string },
  body: Readonly<Record<string, unknown>>,
): Promise<StepResult> {
  const { environment, flow } = step;
  const { value, problems } = readProfile(body);
  if (problems.length > 0) throw refuseProfile(problems);
  const { identityProvider, ...profile } = value as UserBody;
  const population = await requirePopulation(environment, await populationId(environment, flow));
  await requirePolicy(environment, { population: { id: population.id } }, password);
  const user = await createUser(
    environment,
    { ...profile, population: { id: population.id }, lifecycle: { status: 'VERIFICATION_REQUIRED' } },
    { value: password },
  );
  const description = `Created User ${user.username}`;
  recordUserActivity(environment, user, { type: 'USER.CREATED', description, isActor: true, exchange: step.exchange });
  return advance({ ...step, flow: await withPassword(environment, flow, user) });
}

/** Sends another verification code in place of the last one (`user.sendVerificationCode`). */
export async function sendVerificationCode({ environment, flow }: Step): Promise<StepResult> {
  return { flow: await sendVerification(environment, flow, await userOfFlow(environment, flow)) };
}

/** Checks a verification code; from then on the account can be used (`user.verify`). */
export async function verifyUser(step: Step, { verificationCode }: { verificationCode: string }): Promise<StepResult> {
  const { environment, flow } = step;
  await requireCode(environment, flow, 'verification', verificationCode);
  const user = await userOfFlow(environment, flow);
  const updatedAt = new Date(environment.clock.now()).toISOString();
  await environment.store.users.put({ ...user, lifecycle: { status: 'ACCOUNT_OK' }, emailVerified: true, updatedAt });
  return advance({ ...step, flow: { ...flow, sentCode: undefined } });
}
