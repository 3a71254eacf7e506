import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Environment } from '../../environment/context.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import { serialize } from '../../environment/serialize.js';
import { isKeyAddress as mayBeCalled } from '../../lib/key-address.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { accessFailed, emptyValue, invalidValue, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers } from '../items.js';
import { configuredKeys } from '../keys/keys.js';
import type { SubscriptionBody } from './schema.js';

/** The subscription of this id, or a 404. */
export const subscriptionOf = finder(({ subscriptions }) => subscriptions);

/** The most subscriptions of an environment (docs/fidelity.md, management 7.18). */
const most = 50;

/** What the connection itself needs, so that no one else may set it. */
const framing = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const mostHeaders = 50;
const longestHeader = 8192;

/** Whether a request can carry a header. */
function canBeSent(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || name.length + value.length > longestHeader || framing.has(name.toLowerCase())) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Requires headers that a request can carry: the first that it cannot is named. */
function requireHeaders(headers: object = {}, target: string): void {
  const entries = Object.entries(headers);
  if (entries.length > mostHeaders) throw invalidValue(target, texts.tooMany.text(mostHeaders));
  const wrong = entries.find(([name, value]) => !canBeSent(name, value));
  if (wrong) throw invalidValue(`${target}.${wrong[0].slice(0, 100)}`, texts.subscriptionHeader.text);
}

function requireTarget({ protocol = 'HTTPS', httpEndpoint, connectionDetails }: SubscriptionBody): void {
  if (protocol === 'HTTPS') {
    if (!httpEndpoint) throw emptyValue('httpEndpoint');
    if (!mayBeCalled(httpEndpoint.url)) throw invalidValue('httpEndpoint.url', texts.keyAddress.text);
    requireHeaders(httpEndpoint.headers, 'httpEndpoint.headers');
    return;
  }
  if (!connectionDetails) throw emptyValue('connectionDetails');
  if (!/^(tcp|tls):\/\//i.test(connectionDetails.url) || !URL.canParse(connectionDetails.url))
    throw invalidValue('connectionDetails.url', texts.subscriptionSocket.text);
  requireHeaders(connectionDetails.headers, 'connectionDetails.headers');
}

function requireLimit({ payloadOptions }: SubscriptionBody): void {
  const { type, size } = payloadOptions?.maximumPayloadLimit ?? {};
  if (size === undefined) return;
  const maximum = type === 'KB_PER_PAYLOAD' ? 4096 : 500;
  if (size < 1 || size > maximum) throw invalidValue('payloadOptions.maximumPayloadLimit.size', texts.outOfRange.text);
}

/** Requires a key for outbound mutual TLS, with which certificates must be verified. */
async function requireKey(
  environment: Environment,
  { tlsClientAuthKeyPair: pair, verifyTlsCertificates }: SubscriptionBody,
): Promise<void> {
  if (!pair) return;
  const key = (await configuredKeys(environment)).find(({ id }) => id === pair.id.toLowerCase());
  if (!key) throw unknownReference('tlsClientAuthKeyPair.id');
  if (key.usageType !== 'OUTBOUND_MTLS') throw invalidValue('tlsClientAuthKeyPair.id', texts.subscriptionKey.text);
  if (!verifyTlsCertificates) throw invalidValue('verifyTlsCertificates', texts.subscriptionVerify.text);
}

async function requireReferences({ store }: Environment, { filterOptions }: SubscriptionBody): Promise<void> {
  for (const [member, collection] of [
    ['includedApplications', store.applications],
    ['includedPopulations', store.populations],
  ] as const)
    for (const [at, { id }] of (filterOptions[member] ?? []).entries())
      if (!(await collection.get(id.toLowerCase()))) throw unknownReference(`filterOptions.${member}[${at}].id`);
}

const lower = (references: readonly { readonly id: string }[]) => references.map(({ id }) => ({ id: id.toLowerCase() }));

/**
 * What is stored of a body, with PingOne's defaults.
 * @throws {PingOneError} for what cannot be sent or refers to nothing
 */
export async function subscriptionMembersOf(environment: Environment, body: SubscriptionBody) {
  requireTarget(body);
  requireLimit(body);
  if (body.filterOptions.includedActionTypes.length === 0) throw emptyValue('filterOptions.includedActionTypes');
  await requireKey(environment, body);
  await requireReferences(environment, body);
  const { protocol = 'HTTPS', httpEndpoint, connectionDetails, filterOptions, tlsClientAuthKeyPair: pair, ...members } = body;
  const { includedApplications, includedPopulations, ...filters } = filterOptions;
  const target = protocol === 'HTTPS' ? { httpEndpoint } : { connectionDetails };
  return {
    ...members,
    protocol,
    ...target,
    filterOptions: {
      ...filters,
      ...(includedApplications && { includedApplications: lower(includedApplications) }),
      ...(includedPopulations && { includedPopulations: lower(includedPopulations) }),
      ipAddressExposed: filterOptions.ipAddressExposed ?? false,
      userAgentExposed: filterOptions.userAgentExposed ?? false,
    },
    ...(pair && { tlsClientAuthKeyPair: { id: pair.id.toLowerCase() } }),
  } as Omit<Subscription, keyof ReturnType<typeof newMembers>>;
}

/** Refuses the 51st subscription of an environment. */
export async function requireRoom({ store }: Environment): Promise<void> {
  if ((await store.subscriptions.count()) >= most)
    throw accessFailed({ details: { code: 'LIMIT_EXCEEDED', message: texts.subscriptionLimit.text(most) } });
}

export const createSubscription = (environment: Environment, body: SubscriptionBody): Promise<Subscription> =>
  serialize(environment, 'subscriptions', async () => {
    await requireRoom(environment);
    const subscription = { ...newMembers(environment), ...(await subscriptionMembersOf(environment, body)) };
    await environment.store.subscriptions.put(subscription);
    return subscription;
  });

export const replaceSubscription = (environment: Environment, { id }: Subscription, body: SubscriptionBody): Promise<Subscription> =>
  serialize(environment, 'subscriptions', async () => {
    const existing = await subscriptionOf(environment, id);
    const subscription = { ...keptMembers(environment, existing), ...(await subscriptionMembersOf(environment, body)) };
    await environment.store.subscriptions.put(subscription);
    return subscription;
  });
