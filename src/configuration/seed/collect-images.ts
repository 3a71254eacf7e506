import type { SeedImage } from '../branding/schema.js';
import type { ManagementReader } from './collected.js';

/** Every object in a value that is a reference to an uploaded image of an environment: its id and its address. */
function* referencesIn(value: unknown, environmentId: string): Generator<{ id: string; href: string; originalId: string }> {
  if (typeof value !== 'object' || value === null) return;
  const { id, href } = value as { id?: unknown; href?: unknown };
  const [, imageId, originalId] =
    typeof href === 'string'
      ? (new RegExp(`/environments/${environmentId}/images/([0-9a-f-]{36})_([0-9a-f-]{36})_original\\.\\w+$`).exec(href) ?? [])
      : [];
  if (typeof id === 'string' && typeof href === 'string' && imageId === id && originalId !== undefined) yield { id, href, originalId };
  for (const part of Object.values(value)) yield* referencesIn(part, environmentId);
}

/** The uploaded images that a collected seed names: the management API has no list of images. */
export async function collectImages(reader: ManagementReader, environmentId: string, collected: object): Promise<SeedImage[]> {
  const images = new Map<string, SeedImage>();
  for (const { id, href, originalId } of referencesIn(collected, environmentId)) {
    if (images.has(id)) continue;
    const bytes = await reader.image?.(href);
    if (bytes) images.set(id, { id, original: { id: originalId }, data: Buffer.from(bytes).toString('base64') });
  }
  return [...images.values()];
}
