import type { App } from '../environment/context.js';

/** Tells those who wait that the server is about to close: nothing may hold it up. */
export interface Closing {
  readonly signal: AbortSignal;
}

export function onClosing(app: App): Closing {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  return closing;
}
