import { shows } from '../control/answer-schemas.js';
import { valueRefused } from '../control/control-error.js';
import type { App } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, secret, string } from '../lib/schema/types.js';
import { madeMistakes } from '../protocol/mistakes/index.js';

const body = object({ mistake: string, verifier: secret(string) });
const answers = shows(object({}, { challenge: string, method: string, verifier: string }));

/** For the playground: makes a pair with one mistake in it. Stores nothing. */
export const pkceMistake = (app: App): void => {
  const schema = { summary: 'Make a PKCE pair with a mistake in it', body, answers };
  app.post('/pkce/mistake', { schema }, (request, reply) => {
    const { mistake, verifier } = request.body;
    const found = madeMistakes.find(({ code }) => code === mistake);
    if (!found) throw valueRefused(`mistake: expected one of ${madeMistakes.map(({ code }) => code).join(', ')}`);
    if (!/^[A-Za-z0-9_-]{43}$/.test(verifier)) throw valueRefused('verifier: expected 32 bytes in base64url, which are 43 characters');
    return sendJson(reply, found.make(verifier));
  });
};
