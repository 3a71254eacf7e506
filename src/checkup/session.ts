import type { Row } from './id-token-lie.js';
import type { SetCookie } from './set-cookie.js';
import type { Case, ProtectedPage, Result, Stage } from './types.js';

/** A cookie without which a person is not signed on any more. */
export interface SessionCookie {
  readonly name: string;
  /** As it was set last; undefined if a script of the page set it. */
  readonly attributes: SetCookie | undefined;
  /** Whether the browser had it with the same value before the person signed on. */
  readonly isOld: boolean;
}

/** The session of a person who is signed on. */
export interface Session {
  readonly page: ProtectedPage;
  /** The cookies that carry it: at least one. */
  readonly cookies: readonly SessionCookie[];
}

/** How many cookies are tried. */
const mostCookies = 20;

const dna = (remark: string): Result => ({ verdict: 'does not apply', remark });

async function filter<T>(all: readonly T[], holds: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const one of all) if (await holds(one)) kept.push(one);
  return kept;
}

/** The names of the cookies that a page needs: those that none may lack; or, where two do the same, those of which one is enough. */
async function neededBy(page: ProtectedPage, stage: Stage, jar: ReadonlyMap<string, string>): Promise<string[]> {
  const signsOn = async (isKept: (name: string) => boolean) => {
    const cookies = new Map([...jar].filter(([name]) => isKept(name)));
    return (await page.open(stage.browserWith(page.url, cookies))).signedOn;
  };
  const names = [...jar.keys()].slice(0, mostCookies);
  const needed = await filter(names, async (name) => !(await signsOn((other) => other !== name)));
  // An application may end a session whose cookies are not as they were, and then none of them signs on.
  if (!(await signsOn(() => true))) return [];
  return needed.length > 0 ? needed : filter(names, (name) => signsOn((other) => other === name));
}

/** Signs a person on, and finds the cookies that carry the session: the page needs each of them. */
async function findSession(stage: Stage): Promise<Session | Result> {
  const page = await stage.page();
  if (!page) return dna('no page shows who is signed on; --protected gives one');
  const begun = await stage.begin();
  const { trail } = await stage.callBack(begun, await stage.signOn(begun));
  const jar = await begun.browser.cookies(page.url);
  if (jar.size === 0) return dna('the application sets no cookies');
  const names = await neededBy(page, stage, jar);
  if (names.length === 0) return dna('its cookies alone do not sign on: the session is elsewhere, or they change with each page');
  const set = [...begun.trail.visits, ...trail.visits].flatMap(({ cookies }) => cookies);
  const cookies = names.map((name) => ({
    name,
    attributes: set.findLast((cookie) => cookie.name === name && cookie.value !== ''),
    isOld: begun.cookiesBefore.get(name) === jar.get(name),
  }));
  return { page, cookies };
}

/** Each case asks for the same session: it is looked for once in a run. */
const sessions = new WeakMap<Stage, Promise<Session | Result>>();

/** A case about the cookies of the application's session. */
export const ofSession = (row: Row, judge: (session: Session) => Result): Case => ({
  ...row,
  group: 'session',
  expects: 'refused',
  async run(stage) {
    const looked = sessions.get(stage) ?? findSession(stage);
    sessions.set(stage, looked);
    const found = await looked;
    return 'verdict' in found ? found : judge(found);
  },
});

/** The verdict on an attribute that every cookie of the session must have. A script's cookies are judged by `ofScript`. */
export function everyCookie({ cookies }: Session, what: string, isRight: (cookie: SetCookie) => boolean, ofScript = true): Result {
  const wrong = cookies.find(({ attributes }) => !(attributes ? isRight(attributes) : ofScript));
  return wrong ? { verdict: 'accepted', remark: `${wrong.name} has no ${what}` } : { verdict: 'refused' };
}
