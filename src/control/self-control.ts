import type { ControlApi } from '../checkup/types.js';
import type { App } from '../environment/context.js';
import { injectUnder } from '../environment/public-urls.js';
import { membersOf, parseJson, textMember } from '../lib/unknown.js';
import { ControlError } from './control-error.js';

/** The control API of this server, asked in this process under an origin. */
export const selfControl = (app: App, origin: string): ControlApi => ({
  url: origin,
  async call(path, { method = 'GET', body } = {}) {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      ...injectUnder(origin),
      ...(body && { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) }),
    });
    const said = answer.payload === '' ? undefined : parseJson(answer.payload);
    if (answer.statusCode < 400) return said;
    const { error } = membersOf(said);
    throw new ControlError(
      answer.statusCode,
      textMember(error, 'code') ?? 'refused',
      textMember(error, 'message') ?? `${method} ${path} was refused`,
      textMember(error, 'fix'),
    );
  },
});
