import { awaitReturn } from './await-return.js';
import type { Played } from './stage.js';
import type { Failed } from './success.js';
import type { Begun } from './types.js';

interface Row {
  readonly what: string;
  /** The callback; undefined where this application cannot be sent one like it. */
  readonly callback: (stage: Played, begun: Begun) => Promise<URL | undefined>;
  /** It comes to a browser that began no sign-on: an application may give it a session to keep a message in. */
  readonly isUnasked?: true;
}

/** The parameters of an authorization response. */
const answered = ['code', 'state', 'iss', 'id_token', 'access_token', 'token_type', 'expires_in', 'scope', 'session_state'];

async function invalidCode(stage: Played, begun: Begun): Promise<URL | undefined> {
  const callback = await stage.signOn(begun);
  // An ID token beside the code may be enough for an application.
  if (!callback.searchParams.has('code') || callback.searchParams.has('id_token')) return undefined;
  callback.searchParams.set('code', 'invalid');
  return callback;
}

/** Callbacks with which no application can sign anyone on. */
const rows: readonly Row[] = [
  { what: 'the page after a sign-on that the person refuses', callback: (stage, begun) => stage.deny(begun) },
  {
    what: 'the page after a callback without code and state',
    async callback(stage, begun) {
      const callback = await stage.signOn(begun);
      for (const name of answered) callback.searchParams.delete(name);
      return callback;
    },
  },
  { what: 'the page after a callback with an invalid code', callback: invalidCode },
  { what: 'the page after a callback in a browser that began no sign-on', callback: invalidCode, isUnasked: true },
];

/** The page on which ordinary sign-ons end, opened by a visitor who has not signed on. */
async function seenByAnyone(stage: Played): Promise<Failed[]> {
  const [first] = stage.honest;
  if (!first) return [];
  const page = new URL(first.outcome.trail.end);
  // A callback is not opened a second time.
  if (page.pathname === first.callback.pathname) page.search = page.hash = '';
  return [{ what: `${page.pathname} for anyone who is not signed on`, outcome: await stage.openAsAnyone(page) }];
}

/** How long an application that does not survive such a callback has to come back, in milliseconds. */
const patience = 30_000;

/** Where failures end: applications meet each in another way. Those that lead back to the provider show that by themselves. */
export async function failuresOf(stage: Played, start: URL, stop: AbortSignal): Promise<Failed[]> {
  const failures = await seenByAnyone(stage);
  for (const { what, callback, isUnasked } of rows) {
    const begun = await stage.begin();
    const changed = await callback(stage, begun);
    if (!changed) continue;
    const outcome = await stage.callBack(isUnasked ? { ...begun, browser: await stage.newBrowser() } : begun, changed);
    failures.push({ what, outcome });
    if (outcome.trail.failure === 'no answer') await awaitReturn(start, patience, stop);
  }
  return failures.filter(({ outcome }) => !stage.isAtProvider(outcome.trail));
}
