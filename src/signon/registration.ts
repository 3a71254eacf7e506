import { requirePolicy, setPassword } from '../configuration/directory/passwords.js';
import { type UserBody, userBody } from '../configuration/directory/user-schema.js';
import { createUser, requirePopulation } from '../configuration/directory/users.js';
import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import { compileShape } from '../lib/schema/compile.js';
import { refuseProfile } from '../pingone/body-refusals.js';
import type { SignedOn } from './complete.js';
import { advance, type StepInput, withPassword } from './engine.js';
import { requireCode } from './one-time-codes.js';
import { userOfFlow } from './second-factor.js';
import { askForVerification } from './verification.js';

const readProfile = compileShape(userBody);

/** Where the policy puts people who register; else the default population. */
async function populationId(environment: Environment, flow: Flow): Promise<string | undefined> {
  const { actions } = await policyOfFlow(environment, flow);
  const action = actions.find(({ id }) => id === flow.actionId);
  const { population } = (action?.registration ?? {}) as { population?: { id?: unknown } };
  const id = population?.id;
  return typeof id === 'string' && (await environment.store.populations.get(id)) ? id : undefined;
}

/** Makes a user who still has to show a verification code (the action `user.register`). */
export async function registerUser(
  environment: Environment,
  flow: Flow,
  body: Readonly<Record<string, unknown>>,
  { password, ...input }: { password: string } & StepInput,
): Promise<SignedOn> {
  const { value, problems } = readProfile(body);
  if (problems.length > 0) throw refuseProfile(problems);
  const { identityProvider, ...profile } = value as UserBody;
  const population = await requirePopulation(environment, await populationId(environment, flow));
  await requirePolicy(environment, { population: { id: population.id } }, password);
  const user = await createUser(environment, {
    ...profile,
    population: { id: population.id },
    lifecycle: { status: 'VERIFICATION_REQUIRED' },
  });
  await setPassword(environment, user.id, password, { checkPolicy: false });
  return advance(environment, await withPassword(environment, flow, user), input);
}

/** Sends another verification code in place of the last one (the action `user.sendVerificationCode`). */
export async function sendVerificationCode(environment: Environment, flow: Flow): Promise<SignedOn> {
  return { flow: await askForVerification(environment, flow, await userOfFlow(environment, flow)) };
}

/** Checks a verification code; the account is in use from then on (the action `user.verify`). */
export async function verifyUser(environment: Environment, flow: Flow, code: string, input: StepInput): Promise<SignedOn> {
  await requireCode(environment, flow, 'verification', code);
  const user = await userOfFlow(environment, flow);
  const updatedAt = new Date(environment.clock.now()).toISOString();
  await environment.store.users.put({ ...user, lifecycle: { status: 'ACCOUNT_OK' }, emailVerified: true, updatedAt });
  return advance(environment, { ...flow, sentCode: undefined }, input);
}
