import { checkAcrValues } from '../../configuration/sign-on-policies/in-force.js';
import { toClient } from '../../environment/model/application.js';
import { definePart } from '../../environment/plan/part.js';
import {
  type AuthorizationParameters,
  checkPrompt,
  checkResponseMode,
  checkResponseType,
  defaultResponseMode,
  parseResponseType,
  type ResponseMode,
  words,
} from '../../protocol/authorization-request.js';
import { type Check, decide } from '../../protocol/check.js';
import type { ResponseTypePart } from '../../protocol/client.js';
import { scopesOfSignOn } from '../tokens/scopes.js';

/**
 * The parameters that an application sends in the same way with each request: what they come to depends on nothing but the
 * configuration. The others are new each time, or name a person.
 */
const constant = ['responseType', 'responseMode', 'scope', 'resource', 'prompt', 'maxAge', 'acrValues'] as const;

interface RequestPlanInput {
  readonly applicationId: string;
  readonly parameters: Pick<AuthorizationParameters, (typeof constant)[number]>;
}

/** What the constant parameters of an authorization request come to, with the checks in the order of the standards. */
export interface RequestPlan {
  readonly responseTypes: readonly ResponseTypePart[];
  readonly responseMode: ResponseMode;
  readonly scopes: readonly string[];
  readonly prompts: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly acrValues: readonly string[];
  /** Whether PKCE has something to protect. */
  readonly usesCode: boolean;
  /** The checks before those of PKCE. */
  readonly before: readonly Check[];
  /** The checks after those of PKCE. */
  readonly after: readonly Check[];
}

/** The lengths go first, so that no two inputs have one text. */
function keyOf({ applicationId, parameters }: RequestPlanInput): string {
  let lengths = applicationId;
  let texts = '';
  for (const name of constant) {
    const text = parameters[name];
    lengths += text === undefined ? ' -' : ` ${text.length}`;
    texts += text ?? '';
  }
  return `${lengths} ${texts}`;
}

/** The plan for requests of an application with the same constant parameters. */
export const requestPlan = definePart<RequestPlan, RequestPlanInput>(async (environment, { applicationId, parameters }) => {
  const { responseType, responseMode, scope, resource, prompt, maxAge } = parameters;
  const application = await environment.store.applications.get(applicationId);
  const responseTypes = parseResponseType(responseType) ?? [];
  const mode = decide(checkResponseMode(responseMode, responseTypes));
  const acrValues = words(parameters.acrValues);
  const scopes = await scopesOfSignOn(environment, { applicationId, scopes: words(scope), audience: resource });
  return {
    responseTypes,
    responseMode: mode.refusedBy ? defaultResponseMode(responseTypes) : mode.value,
    scopes: scopes.scopes,
    prompts: words(prompt),
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    acrValues,
    usesCode: responseTypes.includes('code'),
    before: [...(application ? decide(checkResponseType(responseType, toClient(application))).checks : []), ...mode.checks],
    after: [...scopes.checks, ...checkPrompt(prompt, maxAge), ...(await checkAcrValues(environment, applicationId, acrValues))],
  };
}, keyOf);
