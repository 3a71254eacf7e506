import type { FastifyBaseLogger } from 'fastify';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
type Bindings = Parameters<FastifyBaseLogger['child']>[0];

/**
 * The log of one request. Few requests write a line of their own, so the logger that puts the request's id into each of its lines is
 * made with the first of them.
 */
class RequestLog {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Bindings;
  #own: FastifyBaseLogger | undefined;

  constructor(parent: FastifyBaseLogger, bindings: Bindings) {
    this.#parent = parent;
    this.#bindings = bindings;
  }
  get level(): string {
    return this.#parent.level;
  }
  #write(level: Level, line: [unknown, ...unknown[]]): void {
    this.#own ??= this.#parent.child(this.#bindings);
    this.#own[level](...(line as [object]));
  }
  fatal(...line: [unknown, ...unknown[]]): void {
    this.#write('fatal', line);
  }
  error(...line: [unknown, ...unknown[]]): void {
    this.#write('error', line);
  }
  warn(...line: [unknown, ...unknown[]]): void {
    this.#write('warn', line);
  }
  info(...line: [unknown, ...unknown[]]): void {
    this.#write('info', line);
  }
  debug(...line: [unknown, ...unknown[]]): void {
    this.#write('debug', line);
  }
  trace(...line: [unknown, ...unknown[]]): void {
    this.#write('trace', line);
  }
  silent(): void {}
  /** The framework makes the log of each request from one of its own: that is none that writes either. */
  child(bindings: Bindings): FastifyBaseLogger {
    return new RequestLog(this.#parent, { ...this.#bindings, ...bindings });
  }
}

/** A logger for the framework, which asks it for another one with each request. */
export const perRequest = (log: FastifyBaseLogger): FastifyBaseLogger =>
  Object.create(log, { child: { value: (bindings: Bindings) => new RequestLog(log, bindings) } }) as FastifyBaseLogger;
