import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import type { Clock } from '../lib/clock.js';
import { parseDuration } from '../lib/duration.js';
import { isWithinTime, parseMoment } from '../lib/moment.js';
import { boolean, object, string } from '../lib/schema/types.js';
import { moment, shows } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';

const body = object({}, { advance: string, set: { type: ['string', 'integer'] } as const, freeze: boolean });

const answers = shows(object({ now: moment }));

export interface ClockChange {
  readonly advance?: string;
  readonly set?: string | number;
  readonly freeze?: boolean;
}

const span = 'from 1970 to 9899';

/** A moment as ISO 8601 or as milliseconds since the epoch. */
function readMoment(set: string | number): number {
  const at = typeof set === 'number' ? set : parseMoment(set);
  if (at !== undefined && isWithinTime(at)) return at;
  throw new ControlError(
    400,
    'value_refused',
    `set: expected a moment ${span}, got ${JSON.stringify(set)}`,
    'write it as 2030-01-01T00:00:00Z',
  );
}

/** Sets, then moves, then stops or starts a clock: what the change asks for, all of it or nothing. */
export function changeClock(clock: Clock, { advance, set, freeze }: ClockChange): void {
  const milliseconds = advance === undefined ? 0 : parseDuration(advance);
  if (milliseconds === undefined)
    throw new ControlError(
      400,
      'value_refused',
      `advance: expected a length of time, got ${JSON.stringify(advance)}`,
      'write it as 61s, 5m or 1h30m',
    );
  const at = (set === undefined ? clock.now() : readMoment(set)) + milliseconds;
  if (!isWithinTime(at))
    throw new ControlError(400, 'value_refused', `advance: expected to arrive ${span}`, 'DELETE goes back to real time');
  if (freeze === true) clock.freeze(at);
  else {
    if (freeze === false) clock.reset();
    if (set === undefined && freeze === undefined) clock.advance(milliseconds);
    else clock.set(at);
  }
}

/** Time: of one environment, or of the whole server. */
export const clock = (app: App, context: Context): void => {
  const show = ({ now }: Clock) => ({ now: new Date(now()).toISOString() });
  for (const [prefix, of] of [
    ['', () => context.clock],
    ['/environments/:environmentId', (request) => environmentOfPath(context, request).clock],
  ] as const satisfies readonly (readonly [string, (request: Parameters<typeof environmentOfPath>[1]) => Clock])[]) {
    app.get(`${prefix}/clock`, { schema: { summary: 'What time it is', answers } }, (request, reply) => sendJson(reply, show(of(request))));
    app.put(`${prefix}/clock`, { schema: { summary: 'Set, advance or freeze time', body: body as object, answers } }, (request, reply) => {
      changeClock(of(request), request.body as ClockChange);
      return sendJson(reply, show(of(request)));
    });
    app.delete(`${prefix}/clock`, { schema: { summary: 'Back to real time', answers } }, (request, reply) => {
      of(request).reset();
      return sendJson(reply, show(of(request)));
    });
  }
};
