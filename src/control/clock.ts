import type { FastifyRequest } from 'fastify';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import type { Clock } from '../lib/clock.js';
import { parseDuration } from '../lib/duration.js';
import { isWithinTime, parseMoment } from '../lib/moment.js';
import { boolean, type Infer, object, string } from '../lib/schema/types.js';
import { moment, shows } from './answer-schemas.js';
import { valueRefused } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';

const body = object({}, { advance: string, set: { type: ['string', 'integer'] } as const, freeze: boolean });
const answers = shows(object({ now: moment }));

/** `advance`: a duration such as 61s. `set`: ISO 8601, or milliseconds since the epoch. */
export type ClockChange = Infer<typeof body>;

const range = 'between 1970 and 9899';

/** Milliseconds since the epoch. */
function readMoment(set: string | number): number {
  const at = typeof set === 'number' ? set : parseMoment(set);
  if (at !== undefined && isWithinTime(at)) return at;
  throw valueRefused(`set: expected a time ${range}, got ${JSON.stringify(set)}`, 'write it as 2030-01-01T00:00:00Z');
}

/** Sets the clock, then advances it, then freezes or unfreezes it. An invalid value changes nothing. */
export function changeClock(clock: Clock, { advance, set, freeze }: ClockChange): void | Promise<void> {
  const milliseconds = advance === undefined ? 0 : parseDuration(advance);
  if (milliseconds === undefined)
    throw valueRefused(`advance: expected a duration, got ${JSON.stringify(advance)}`, 'write it as 61s, 5m or 1h30m');
  const at = (set === undefined ? clock.now() : readMoment(set)) + milliseconds;
  if (!isWithinTime(at)) throw valueRefused(`advance: the clock must stay ${range}`, 'DELETE returns it to real time');
  if (freeze === true) return clock.freeze(at);
  if (set === undefined && freeze === undefined) return clock.advance(milliseconds);
  const reset = freeze === false ? clock.reset() : undefined;
  return reset ? reset.then(() => clock.set(at)) : clock.set(at);
}

/** The clock of one environment, and the server's clock, which the others follow. */
export const clock = (app: App, context: Context): void => {
  const clocks: Readonly<Record<string, (request: FastifyRequest) => Clock>> = {
    '/clock': () => context.clock,
    [`${environmentPath}/clock`]: (request) => environmentOfPath(context, request).clock,
  };
  const show = ({ now }: Clock) => ({ now: new Date(now()).toISOString() });
  for (const [path, of] of Object.entries(clocks)) {
    app.get(path, { schema: { summary: 'The current time', answers } }, (request, reply) => sendJson(reply, show(of(request))));
    app.put(path, { schema: { summary: 'Set, advance or freeze the clock', body, answers } }, async (request, reply) => {
      await changeClock(of(request), request.body);
      return sendJson(reply, show(of(request)));
    });
    app.delete(path, { schema: { summary: 'Return to real time', answers } }, async (request, reply) => {
      await of(request).reset();
      return sendJson(reply, show(of(request)));
    });
  }
};
