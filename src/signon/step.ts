import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';

/** One step of a sign-on: the flow it is taken in, and what its request carries. */
export interface Step {
  readonly environment: Environment;
  readonly flow: Flow;
  /** The user of the flow, where this request has just read them. */
  readonly user?: User | undefined;
  /** The user whose name the request sends, where it was read together with the flow. */
  readonly named?: User | undefined;
  /** The session that the browser has already. */
  readonly session?: Session | undefined;
  readonly exchange?: Exchange | undefined;
}

/** Where a step led: the flow as it is now, and a session whose cookies have to be sent. */
export interface StepResult {
  readonly flow: Flow;
  readonly session?: Session | undefined;
}
