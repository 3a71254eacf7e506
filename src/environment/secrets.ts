import type { Environment } from './context.js';
import type { Secret } from './model/configuration.js';

/** 64 characters, as PingOne's own secrets have (docs/fidelity.md, management 4). */
export const newSecret = ({ random }: Environment): string =>
  random.text(64, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~');

/** Makes a new secret. The one before dies at once, or lives on until a given moment. */
export async function rotateSecret(environment: Environment, ownerId: string, previousExpiresAt?: string): Promise<Secret> {
  const before = await environment.store.secrets.get(ownerId);
  const previous = before && previousExpiresAt !== undefined ? { secret: before.secret, expiresAt: previousExpiresAt } : undefined;
  const secret: Secret = { id: ownerId, secret: newSecret(environment), ...(previous && { previous }) };
  await environment.store.secrets.put(secret);
  return secret;
}

/** Ends the previous secret before its time. */
export async function dropPreviousSecret({ store }: Environment, ownerId: string): Promise<void> {
  const held = await store.secrets.get(ownerId);
  if (held?.previous) await store.secrets.put({ id: held.id, secret: held.secret });
}

/** The secrets that are good at a moment: the current one, and the one before it while it lives. */
export async function livingSecrets({ store }: Environment, ownerId: string, now: number): Promise<string[]> {
  const held = await store.secrets.get(ownerId);
  if (!held) return [];
  return held.previous && Date.parse(held.previous.expiresAt) > now ? [held.secret, held.previous.secret] : [held.secret];
}
