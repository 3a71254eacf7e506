import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { Flow, Session } from '../../environment/model/lifetimes.js';
import type { SignedOn } from '../complete.js';

/** What an action works with. */
export interface ActionInput {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly body: Readonly<Record<string, unknown>>;
  /** The session that the browser has already. */
  readonly session: Session | undefined;
  readonly exchange: Exchange;
}

export type Action = (input: ActionInput) => Promise<SignedOn>;
