import { groupsOf } from '../../configuration/directory/groups.js';
import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { AttributeMapping, ResourceAttribute } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { recordAndAssert } from '../../environment/record.js';
import { enforce } from '../../pingone/errors.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { type Expression, type Facts, type PartValue, parseTemplate } from '../../pingone/expressions/expression.js';
import { refuse } from '../../protocol/check.js';
import type { RequestData } from './request-data.js';

/** The source of a claim: an attribute of a resource or of an application. */
export type Attribute = ResourceAttribute | AttributeMapping;

/** The request that asks for a token, as far as mappings know of it. */
export interface MappingRequest {
  readonly application?: Application | undefined;
  /** `#root.context.requestData`; absent outside of the token endpoint. */
  readonly requestData?: RequestData | undefined;
  /** Where a claim that is left out becomes a step. */
  readonly transaction?: Transaction | undefined;
}

/** The request, and the token that the claims go into. */
type Asked = MappingRequest & { readonly into: 'Access token' | 'ID token' };

/** The facts that are looked up only for expressions that mention them. */
export interface Needs {
  readonly groups: boolean;
  readonly context: boolean;
}

/** An attribute's value, parsed, and what it needs; or why it cannot be parsed. */
export type Prepared = { readonly expression: Expression; readonly needs: Needs } | { readonly error: ExpressionError };

// Stored attributes are never changed in place: caches one expression for each version, and the reason that was logged.
const known = new WeakMap<Attribute, Prepared>();
const logged = new WeakMap<Attribute, string>();

function parse(attribute: Attribute): Prepared {
  try {
    const expression = parseTemplate(attribute.value);
    const all = expression.mentions('#root');
    const needs = { groups: all || expression.mentions('memberOfGroup'), context: all || expression.mentions('context') };
    return { expression, needs };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error };
  }
}

/** Parses the value of an attribute. */
export function prepare(attribute: Attribute): Prepared {
  const prepared = known.get(attribute) ?? parse(attribute);
  known.set(attribute, prepared);
  return prepared;
}

const methodsWithJwt: readonly unknown[] = ['PRIVATE_KEY_JWT', 'CLIENT_SECRET_JWT'];

/** `#root.context`: the method is null unless the client authenticates with a JWT, as documented. */
const contextOf = ({ id }: Environment, { application, requestData }: MappingRequest) => ({
  requestData,
  appConfig: application && {
    clientId: application.id,
    tokenEndpointAuthMethod: methodsWithJwt.includes(application.tokenEndpointAuthMethod) ? application.tokenEndpointAuthMethod : null,
    envId: id,
  },
});

/** The facts that the expressions of some attributes mention. */
export function needsOf(sources: readonly { readonly prepared: Prepared }[]): Needs {
  const needs = sources.flatMap(({ prepared }) => ('error' in prepared ? [] : prepared.needs));
  return { groups: needs.some(({ groups }) => groups), context: needs.some(({ context }) => context) };
}

/** What expressions may refer to (`#root`). */
export function factsOf(environment: Environment, user: User | undefined, needs: Needs, request: MappingRequest): Facts | Promise<Facts> {
  const context = needs.context ? contextOf(environment, request) : undefined;
  return user && needs.groups ? factsWithGroups(environment, user, context) : { user, context };
}

async function factsWithGroups(environment: Environment, user: User, context: unknown): Promise<Facts> {
  const groups = await groupsOf(environment, user.id);
  return { user: { ...user, memberOfGroupNames: groups.map(({ name }) => name), memberOfGroupIDs: groups.map(({ id }) => id) }, context };
}

/** Why a claim is left out of a token. */
interface LeftOut {
  readonly message: string;
  /** Where in the expression the mistake is; absent if the expression is not the reason. */
  readonly at?: number;
  readonly parts: readonly PartValue[];
}

/** Says in the log, once for each reason, and in the transaction that a claim is left out. */
function leaveOut(
  { log, id: environmentId, transactions }: Environment,
  attribute: Attribute,
  { message, at, parts }: LeftOut,
  { transaction, into }: Asked,
): void {
  const { name, value } = attribute;
  const reason = at === undefined ? message : `${message} (at position ${at})`;
  if (logged.get(attribute) !== reason) {
    logged.set(attribute, reason);
    log.warn({ event: 'expression', environmentId, attribute: name, value, reason }, `the claim ${name} is left out: ${reason}`);
  }
  if (transaction)
    transactions.step(transaction, {
      kind: 'claim',
      ok: null,
      title: `Claim ${name} left out of the ${into}`,
      checks: [],
      data: { claim: name, expression: value, reason: message, ...(at !== undefined && { at }), parts },
    });
}

/** Says that an attribute has no effect, because only the server sets a claim of its name (docs/fidelity.md, management 5.4 and 5.5). */
export function leaveOutReserved(environment: Environment, attribute: Attribute, asked: Asked): void {
  const message = `the name ${attribute.name} is reserved: only the server sets this claim`;
  leaveOut(environment, attribute, { message, parts: [] }, asked);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * The value of an attribute; undefined if it has none. An error leaves the claim out, as recorded.
 * @throws {OAuthError} if a required attribute has no value (docs/fidelity.md, 5.4)
 */
export function evaluate(
  environment: Environment,
  { attribute, prepared }: { readonly attribute: Attribute; readonly prepared: Prepared },
  { facts, now }: { readonly facts: Facts; readonly now: number },
  asked: Asked,
): unknown {
  let value: unknown;
  if ('error' in prepared) leaveOut(environment, attribute, { message: prepared.error.message, at: prepared.error.at, parts: [] }, asked);
  else
    try {
      value = prepared.expression.evaluate(facts, now);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { parts } = prepared.expression.explain(facts, now);
      leaveOut(environment, attribute, { message: error.message, at: error.at, parts }, asked);
    }
  if (!isEmpty(value)) return value;
  if (attribute.required === true) refuseEmpty(environment, attribute, asked);
  return undefined;
}

function refuseEmpty(environment: Environment, { name, value }: Attribute, { transaction, into }: Asked): never {
  const rule = into === 'Access token' ? 'access_token_attribute_has_value' : 'id_token_attribute_has_value';
  const refused = refuse(rule, { expected: value, got: name });
  return transaction
    ? recordAndAssert<never>(environment, transaction, { kind: 'tokens', title: 'Claims' }, refused)
    : enforce<never>(refused);
}
