import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { boolean, object, string } from '../lib/schema/types.js';
import { shows, texts } from './answer-schemas.js';
import { environmentOfPath } from './paths.js';

const body = object({}, { keep_old: boolean });
/** The key that signs now, and all that the JWKS has. */
const answers = shows(object({ kid: string, kids: texts }));

/** The keys of an environment, changed as PingOne does every ninety days. */
export const keys = (app: App, context: Context): void => {
  const rotate = {
    schema: { summary: 'A new key signs; the old one stays in the JWKS unless keep_old is false', body: body as object, answers },
  };
  app.post('/environments/:environmentId/keys/rotate', rotate, (request, reply) => {
    const ring = environmentOfPath(context, request).keys;
    const { keep_old: keepOld = true } = request.body as { keep_old?: boolean };
    ring.rotate();
    if (!keepOld) ring.dropPrevious();
    return sendJson(reply, { kid: ring.current.kid, kids: ring.all().map(({ kid }) => kid) });
  });
};
