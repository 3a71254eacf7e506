import { type Endpoint, environmentOf } from '../../environment/context.js';
import { object, string, uuid } from '../../lib/schema/types.js';
import { notFound } from '../../pingone/pingone-error.js';

const mediaTypes = { png: 'image/png', jpg: 'image/jpeg', gif: 'image/gif' } as const;

/** Serves uploaded images to every browser, as PingOne's host for uploads does (docs/fidelity.md, management 7.1). */
export const uploadedImages: Endpoint = (app, context) => {
  app.get(
    '/environments/:environmentId/images/:file',
    { schema: { params: object({ environmentId: uuid, file: string }) }, config: { cors: 'never' } },
    async (request, reply) => {
      const { store } = environmentOf(context, request);
      const [, id = '', originalId = ''] = /^([0-9a-f-]{36})_([0-9a-f-]{36})_original\.png$/.exec(request.params.file) ?? [];
      const image = await store.images.get(id);
      if (image?.original.id !== originalId) throw notFound();
      return reply
        .header('content-type', mediaTypes[image.original.type])
        .header('x-content-type-options', 'nosniff')
        .send(Buffer.from(image.data, 'base64'));
    },
  );
};
