import { type DestinationStream, type Logger, multistream, pino } from 'pino';
import { type Members, membersOf, parseJson } from '../lib/unknown.js';
import type { Settings } from '../settings/read.js';

/** A terminal, file or pipe that takes lines. */
export interface LineStream extends DestinationStream {
  readonly isTTY?: boolean;
}

/** Events go to `output`, or to `errors` from level `warn` on. */
export interface LogStreams {
  readonly output: LineStream;
  readonly errors: LineStream;
}

/** What PINGONE_MOCK_HIDE_SECRETS removes, at the top of an event and one level down: in case an event ever has it. */
const hiddenMembers = ['authorization', 'cookie', 'password', 'secret', 'client_secret', 'client_assertion'].concat(
  ['code', 'code_verifier', 'device_code', 'user_code', 'auth_req_id', 'otp'],
  ['token', 'access_token', 'refresh_token', 'id_token', 'id_token_hint', 'login_hint_token', 'subject_token', 'actor_token'],
);

/** A query may hold codes and tokens. */
const withoutQuery = (url: unknown): unknown => (typeof url === 'string' ? url.replace(/\?.*$/s, '?(hidden)') : url);

/** The log of one server. No pino transports: their worker's file would be missing from the bundle. */
export function createLogger(settings: Pick<Settings, 'logFormat' | 'logLevel' | 'hideSecrets'>, { output, errors }: LogStreams): Logger {
  const level = settings.logFormat === 'off' ? 'silent' : settings.logLevel;
  const shape = settings.logFormat === 'pretty' ? prettyStream : (stream: LineStream) => stream;
  return pino(
    {
      level,
      base: null,
      serializers: {
        err: pino.stdSerializers.err,
        error: pino.stdSerializers.err,
        ...(settings.hideSecrets && { url: withoutQuery }),
      },
      ...(settings.hideSecrets && { redact: { paths: hiddenMembers.flatMap((name) => [name, `*.${name}`]), remove: true } }),
    },
    multistream(
      [
        { level: 'trace', stream: shape(output) },
        { level: 'warn', stream: shape(errors) },
      ],
      { dedupe: true },
    ),
  );
}

/** Buffers lines until they are released, so that nothing precedes the ready line. */
export function holdBack(stream: LineStream): LineStream & { release(): void } {
  let held: string[] | undefined = [];
  return {
    isTTY: stream.isTTY ?? false,
    write(line) {
      if (held) held.push(line);
      else stream.write(line);
    },
    release() {
      for (const line of held ?? []) stream.write(line);
      held = undefined;
    },
  };
}

const prettyStream = (stream: LineStream): DestinationStream => ({
  write: (line) => stream.write(`${prettyLine(membersOf(parseJson(line)), stream.isTTY === true)}\n`),
});

type Paint = (text: string, ...codes: number[]) => string;

const [dim, red, green, yellow] = [2, 31, 32, 33] as const;

/** The width of a line that says why something was refused. */
const refusalWidth = 160;
const longestName = 32;

/** Cuts a text to so many characters, with an ellipsis at the end. */
const fitted = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0)).replace(/[\ud800-\udbff]$/, '')}…`;

/**
 * One event on one line: time, outcome, event, message, and the rest as name=value. A refusal has its reason and the page that
 * shows the rest instead, in 160 characters unless the address alone is too long.
 */
export function prettyLine(
  { time, level, event, ok, application, msg, see, err, error = err, ...rest }: Members,
  colours: boolean,
): string {
  const paint: Paint = (text, ...codes) => (colours && codes.length > 0 ? `\u001b[${codes.join(';')}m${text}\u001b[0m` : text);
  const refused = ok === false && error === undefined;
  const parts = [paint(clock(Number(time)), dim), mark(Number(level), ok, paint)];
  let width = 'hh:mm:ss x'.length;
  const add = (text: string, ...codes: number[]) => {
    width += text.length + 1;
    parts.push(paint(text, ...codes));
  };
  if (event !== undefined) add(plain(event).padEnd(9));
  if (application !== undefined) add(refused ? fitted(plain(application), longestName) : plain(application));
  const link = see === undefined ? '' : `→ ${plain(see)}`;
  const room = refusalWidth - width - 1 - (link === '' ? 0 : link.length + 1);
  if (msg !== undefined) add(refused ? fitted(plain(msg), Math.max(room, longestName)) : plain(msg));
  if (error !== undefined) add(errorText(error, Number(level)), red);
  if (!refused) for (const [name, value] of Object.entries(rest)) add(`${name}=${plain(value)}`, dim);
  if (link !== '') add(link, dim);
  return parts.join(' ').trimEnd();
}

function mark(level: number, ok: unknown, paint: Paint): string {
  if (ok === true) return paint('✓', green);
  if (ok === false) return paint('✗', red);
  if (level >= 50) return paint('✗', red);
  return level >= 40 ? paint('!', yellow) : paint('·', dim);
}

/** The time of day in the local time zone. */
const clock = (at: number): string => new Date(at).toTimeString().slice(0, 8);

/** Escapes what could break the line or colour the terminal: values come from clients. */
const plain = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function errorText(error: unknown, level: number): string {
  const { message, stack } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown; stack?: unknown };
  return level >= 50 && typeof stack === 'string' ? stack : plain(message ?? error);
}
