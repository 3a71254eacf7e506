import { userBody } from '../configuration/directory/user-schema.js';
import { putUnique } from '../configuration/items.js';
import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { compileShape } from '../lib/schema/compile.js';
import { refuseProfile } from '../pingone/body-refusals.js';
import { flowTexts } from '../pingone/flow-texts.js';
import type { SignedOn } from './complete.js';
import { advance, failFlow, type StepInput, withActionDone } from './engine.js';
import { userOfFlow } from './second-factor.js';
import { acceptedAgreements, agreementOf, attributeOf } from './steps.js';

const readProfile = compileShape({ ...userBody, required: [] });

/** An object with a value put at a path: `name.given`. */
const withValue = (target: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> => {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  const inner = target[first];
  if (rest.length === 0) return { ...target, [first]: value };
  const parent = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  return { ...target, [first]: withValue(parent, rest.join('.'), value) };
};

/** Completes a profile with what the policy asks for; other members are ignored (the action `user.update`). */
export async function updateProfile(
  environment: Environment,
  flow: Flow,
  body: Readonly<Record<string, unknown>>,
  input: StepInput,
): Promise<SignedOn> {
  const user = await userOfFlow(environment, flow);
  const { value, problems } = readProfile(body);
  const given = value as User;
  const attributes = (flow.attributes ?? []).map((attribute) => ({ ...attribute, value: attributeOf(given, attribute.name) }));
  const missing = attributes.filter(({ name, required, value }) => {
    const isWrong = problems.some(({ path }) => path.join('.') === name);
    return required && value === undefined && !isWrong;
  });
  const details = missing.map(({ name }) => ({ code: 'REQUIRED_VALUE', target: name, message: flowTexts.required.text }));
  if (problems.length + details.length > 0) throw refuseProfile(problems, details);
  const told = attributes.filter(({ value }) => value !== undefined);
  if (told.length > 0) {
    const changed = told.reduce<Record<string, unknown>>((profile, { name, value }) => withValue(profile, name, value), { ...user });
    const updatedAt = new Date(environment.clock.now()).toISOString();
    await putUnique(environment.store.users, { ...(changed as unknown as User), updatedAt }, 'username');
  }
  return advance(environment, withActionDone(flow), input);
}

/** The user accepts an agreement, once for all sign-ons; or does not, and the flow fails (the action `user.consent`). */
export async function answerAgreement(environment: Environment, flow: Flow, accept: boolean, input: StepInput): Promise<SignedOn> {
  const user = await userOfFlow(environment, flow);
  if (!accept) {
    const failure = { code: 'CONSENT_DECLINED', message: flowTexts.consent.text, reason: 'the agreement was declined' };
    return { flow: await failFlow(environment, flow, failure, input.exchange) };
  }
  const { actions } = await policyOfFlow(environment, flow);
  const action = actions.find(({ id }) => id === flow.actionId);
  if (action)
    await environment.store.users.put({
      ...user,
      acceptedAgreements: [...new Set([...acceptedAgreements(user), agreementOf(action)])],
    });
  return advance(environment, withActionDone(flow), input);
}
