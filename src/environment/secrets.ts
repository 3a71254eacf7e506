import type { Environment } from './context.js';
import type { Secret } from './model/configuration.js';

/** 64 characters, like PingOne's secrets (docs/fidelity.md, management 4). */
export const newSecret = ({ random }: Environment): string =>
  random.text(64, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~');

/** Replaces the secret of an application or resource. The previous one is invalid at once, or from an ISO 8601 time. */
export async function rotateSecret(environment: Environment, ownerId: string, previousExpiresAt?: string): Promise<Secret> {
  const before = await environment.store.secrets.get(ownerId);
  const previous = before && previousExpiresAt !== undefined ? { secret: before.secret, expiresAt: previousExpiresAt } : undefined;
  const secret: Secret = { id: ownerId, secret: newSecret(environment), ...(previous && { previous }) };
  await environment.store.secrets.put(secret);
  return secret;
}

/** Invalidates the previous secret at once. */
export async function dropPreviousSecret({ store }: Environment, ownerId: string): Promise<void> {
  const held = await store.secrets.get(ownerId);
  if (held?.previous) await store.secrets.put({ id: held.id, secret: held.secret });
}

/** The secrets that are valid at a time: the current one, and the previous one until it expires. */
export async function validSecrets({ store }: Environment, ownerId: string, now: number): Promise<string[]> {
  const held = await store.secrets.get(ownerId);
  if (!held) return [];
  return held.previous && Date.parse(held.previous.expiresAt) > now ? [held.secret, held.previous.secret] : [held.secret];
}
