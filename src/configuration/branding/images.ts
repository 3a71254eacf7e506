import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../../environment/context.js';
import type { Image, ImageReference } from '../../environment/model/branding.js';
import { serialize } from '../../environment/serialize.js';
import { readImageFormat } from '../../lib/image-format.js';
import { onUploadsHost } from '../../pingone/hosts.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, malformed } from '../../pingone/pingone-error.js';
import { finder, newMembers } from '../items.js';

/** The image of this id, or a 404. */
export const imageOf = finder(({ images }) => images);

/** The largest image, in bytes: what PingOne's console takes. */
export const largestImage = 2 * 1024 * 1024;

/** The most images that an environment can have, and the most bytes of all of them. */
export const mostImages = 1000;
export const mostImageBytes = 64 * 1024 * 1024;

/** PingOne makes a PNG of every image, and calls it one. Here the bytes stay as they are, and are served under that name. */
export const shownType = 'png';

/** The path of an image's contents on the host for uploads. */
const pathOf = ({ id, environment, original }: Image): string =>
  `/environments/${environment.id}/images/${id}_${original.id}_original.${shownType}`;

/** The address of an image's contents. */
export const hrefOf = (context: Context, request: FastifyRequest, image: Image): string =>
  `${onUploadsHost(context.origin(request))}${pathOf(image)}`;

/** A reference to an image with the image's address, if it is one of the environment; a reference to another is kept. */
export async function withHref(
  context: Context,
  request: FastifyRequest,
  { store }: Environment,
  reference: ImageReference | undefined,
): Promise<ImageReference | undefined> {
  const image = reference && (await store.images.get(reference.id.toLowerCase()));
  return image ? { id: image.id, href: hrefOf(context, request, image) } : reference;
}

/** The members of an image that its contents decide. Throws if they are not an image. */
export function contentsOf(bytes: Uint8Array, originalId: string): Pick<Image, 'original' | 'data'> {
  const format = readImageFormat(bytes);
  if (!format) throw invalidValue('file', texts.imageFormat.text);
  return { original: { id: originalId, ...format }, data: Buffer.from(bytes).toString('base64') };
}

/** Stores an image from the bytes of a body. */
export async function createImage(environment: Environment, body: unknown): Promise<Image> {
  const { store, random } = environment;
  if (!(body instanceof Uint8Array) || body.length === 0) throw malformed('the body is empty');
  const image: Image = { ...newMembers(environment), ...contentsOf(body, random.uuid()) };
  return serialize(environment, 'images', async () => {
    const present = await store.images.list();
    const size = present.reduce((total, { data }) => total + data.length, image.data.length) * 0.75;
    if (present.length >= mostImages || size > mostImageBytes) throw constraint(texts.imagesLimit.text);
    await store.images.put(image);
    return image;
  });
}
