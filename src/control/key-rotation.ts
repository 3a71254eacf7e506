import type { App, Context, Environment } from '../environment/context.js';
import type { SigningKey } from '../environment/keys/types.js';
import { sendJson } from '../http/answers.js';
import { boolean, type Infer, object, string } from '../lib/schema/types.js';
import { shows, texts } from './answer-schemas.js';
import { valueRefused } from './control-error.js';
import { requireLease } from './leases.js';
import { environmentOfPath, environmentPath } from './paths.js';

const body = object({}, { keep_old: boolean, client_id: string, lease: string });
/** `kid`: the key that signs now. `kids`: every key in the JWKS. */
const answers = shows(object({ kid: string, kids: texts }));

/** Gives one application a key of its own, which the JWKS has beside the others until the lease ends. */
async function rotateFor(
  { keys, store }: Environment,
  { client_id: id, keep_old: keepOld, lease }: Infer<typeof body>,
): Promise<SigningKey> {
  if (lease === undefined || keepOld === false)
    throw valueRefused(
      'client_id: a key for one application ends with a lease, and takes no other key away',
      'set lease, and omit keep_old',
    );
  if (!(await store.applications.get(id ?? ''))) throw valueRefused(`client_id: there is no application ${JSON.stringify(id)}`);
  return await keys.rotateFor(id ?? '');
}

/** Rotates an environment's signing keys at once; PingOne does it every 90 days (docs/fidelity.md, 6.5). */
export const keyRotation = (app: App, context: Context): void => {
  const summary =
    'Rotate the signing keys; the old one stays in the JWKS unless keep_old is false. With client_id and lease: only those of one application';
  app.post(`${environmentPath}/keys/rotate`, { schema: { summary, body, answers } }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { body: given } = request;
    requireLease(environment, given.lease);
    const { keys: ring } = environment;
    if (given.client_id === undefined) {
      await ring.rotate();
      if (given.keep_old === false) await ring.dropPrevious();
    }
    const { kid } = given.client_id === undefined ? ring.current : await rotateFor(environment, given);
    return sendJson(reply, { kid, kids: ring.all().map(({ kid }) => kid) });
  });
};
