// Loaded when a shared store is opened: with all that is needed for one, the client is a file of its own in the package (tools/build.mjs).
import { Redis as Client, type Command, type RedisOptions } from 'iovalkey';

/** The library's client, with a limit for each command that holds only the server to account. */
export class Redis extends Client {
  readonly #patience: number;

  /** @param patience how long a command may take, in milliseconds */
  constructor(options: RedisOptions, patience: number) {
    super(options);
    this.#patience = patience;
  }

  override sendCommand(command: Command, ...more: never[]): unknown {
    // After a timer that was late itself, an answer that has come meanwhile is read before what is set here runs.
    const late = () => setImmediate(() => command.isResolved || command.reject(new Error('Command timed out')));
    const timer = setTimeout(late, this.#patience);
    const end = () => clearTimeout(timer);
    command.promise.then(end, end);
    return super.sendCommand(command, ...more);
  }
}
