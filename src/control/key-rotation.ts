import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { boolean, object, string } from '../lib/schema/types.js';
import { shows, texts } from './answer-schemas.js';
import { environmentOfPath, environmentPath } from './paths.js';

const body = object({}, { keep_old: boolean });
/** `kid`: the key that signs now. `kids`: every key in the JWKS. */
const answers = shows(object({ kid: string, kids: texts }));

/** Rotates an environment's signing keys at once; PingOne does it every 90 days (docs/fidelity.md, 6.5). */
export const keyRotation = (app: App, context: Context): void => {
  const summary = 'Rotate the signing keys; the old one stays in the JWKS unless keep_old is false';
  app.post(`${environmentPath}/keys/rotate`, { schema: { summary, body, answers } }, (request, reply) => {
    const ring = environmentOfPath(context, request).keys;
    ring.rotate();
    if (request.body.keep_old === false) ring.dropPrevious();
    return sendJson(reply, { kid: ring.current.kid, kids: ring.all().map(({ kid }) => kid) });
  });
};
