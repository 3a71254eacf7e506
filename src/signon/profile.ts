import { attributeOf, withValue } from '../configuration/directory/attribute-paths.js';
import { userBody } from '../configuration/directory/user-schema.js';
import { putUnique } from '../configuration/items.js';
import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { User } from '../environment/model/user.js';
import { compileShape } from '../lib/schema/compile.js';
import { refuseProfile } from '../pingone/body-refusals.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { recordConsent } from './agreements.js';
import { advance, failFlow, withPolicyActionDone } from './engine.js';
import { userOfFlow } from './flows.js';
import { wantedLanguages } from './languages.js';
import type { Step, StepResult } from './step.js';

const readProfile = compileShape({ ...userBody, required: [] });

/** Adds the attributes that the policy asks for to the profile, and ignores any others (`user.update`). */
export async function updateProfile(step: Step, _input: object, body: Readonly<Record<string, unknown>>): Promise<StepResult> {
  const { environment, flow } = step;
  const user = await userOfFlow(environment, flow);
  const { value, problems } = readProfile(body);
  const sent = value as User;
  const attributes = (flow.attributes ?? []).map((attribute) => ({ ...attribute, value: attributeOf(sent, attribute.name) }));
  const missing = attributes.filter(
    ({ name, required, value }) => required && value === undefined && !problems.some(({ path }) => path.join('.') === name),
  );
  const details = missing.map(({ name }) => ({ code: 'REQUIRED_VALUE', target: name, message: flowTexts.required.text }));
  if (problems.length + details.length > 0) throw refuseProfile(problems, details);
  const given = attributes.filter(({ value }) => value !== undefined);
  if (given.length > 0) {
    const changed = given.reduce<Record<string, unknown>>((profile, { name, value }) => withValue(profile, name, value), { ...user });
    const updatedAt = new Date(environment.clock.now()).toISOString();
    await putUnique(environment.store.users, { ...(changed as unknown as User), updatedAt }, 'username');
  }
  return advance({ ...step, flow: withPolicyActionDone(flow) });
}

/** Accepts an agreement, which then counts for later sign-ons as well, or declines it, which fails the flow (`user.consent`). */
export async function answerAgreement(step: Step, { accept }: { accept: boolean }): Promise<StepResult> {
  const { environment, flow } = step;
  const user = await userOfFlow(environment, flow);
  if (!accept) {
    const failure = { code: 'CONSENT_DECLINED', message: flowTexts.consent.text, reason: 'the agreement was declined' };
    return { flow: await failFlow(step, failure) };
  }
  const { actions } = await policyOfFlow(environment, flow);
  const current = actions.find(({ id }) => id === flow.actionId);
  if (current) await recordConsent(environment, current, user, wantedLanguages(user, step.exchange?.headers));
  return advance({ ...step, flow: withPolicyActionDone(flow) });
}
