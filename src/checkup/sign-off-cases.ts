import type { Browser } from './browser.js';
import type { Row } from './id-token-lie.js';
import type { Begun, Case, ProtectedPage, Result, SignOff, Stage } from './types.js';

const group = 'sign-off';

interface SignedOn {
  readonly stage: Stage;
  readonly page: ProtectedPage;
  readonly begun: Begun;
  readonly way: SignOff;
}

/** A case for applications that let people sign off: somebody has signed on. */
const signingOff = (row: Row, play: (signedOn: SignedOn) => Promise<Result>): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage) {
    const page = await stage.page();
    if (!page) return { verdict: 'does not apply', remark: 'no page shows who is signed on; --protected gives one' };
    const begun = await stage.begin();
    await stage.callBack(begun, await stage.signOn(begun));
    const way = await stage.signOff(page, begun.browser);
    if (!way) return { verdict: 'does not apply', remark: `${page.url.pathname} has no link to sign off; --sign-off gives the address` };
    return play({ stage, page, begun, way });
  },
});

const follow = (stage: Stage, { url, form }: SignOff, browser: Browser) =>
  browser.open(url, { from: stage.honest[0]?.begun.request ?? url, ...(form && { form }) });

const stillThere = async (page: ProtectedPage, browser: Browser): Promise<Result> => {
  const { signedOn, crashed } = await page.open(browser);
  return crashed ?? { verdict: signedOn ? 'accepted' : 'refused' };
};

const another = 'The next one at this computer goes on as that person.';

/** Whether the session is really over. */
export const signOffCases: readonly Case[] = [
  signingOff(
    {
      id: 'sign-off-hint',
      title: 'The provider learns who signs off',
      spec: 'OpenID Connect RP-Initiated Logout §2',
      must: 'Send id_token_hint with the request to end the session.',
      gain: 'The provider cannot tell whose session ends, and the next sign-on asks for no password.',
    },
    async ({ stage, begun, way }) => {
      const trail = await follow(stage, way, begun.browser);
      const crash = stage.crashOf(trail);
      if (crash) return crash;
      const [asked] = (await stage.seenInCase('signoff')).slice(-1);
      if (!asked) return { verdict: 'does not apply', remark: 'the application ends its own session alone' };
      const sent = new URL(asked.url, stage.issuer).searchParams.has('id_token_hint') || asked.form.id_token_hint !== undefined;
      return sent ? { verdict: 'refused' } : { verdict: 'accepted', remark: 'it sent no id_token_hint' };
    },
  ),
  signingOff(
    {
      id: 'sign-off-session-kept',
      title: 'The browser is signed off afterwards',
      spec: 'OWASP ASVS 3.3.1',
      must: 'End its own session before it sends the browser to the provider.',
      gain: another,
    },
    async ({ stage, page, begun, way }) => {
      const trail = await follow(stage, way, begun.browser);
      return stage.crashOf(trail) ?? stillThere(page, begun.browser);
    },
  ),
  signingOff(
    {
      id: 'sign-off-cookie-works',
      title: 'A copy of the session cookie is worth nothing after the sign-off',
      spec: 'OWASP ASVS 3.3.1',
      must: 'Forget the session on the server, rather than only delete the cookie.',
      gain: 'Anyone who has copied the cookie stays signed on as that person.',
    },
    async ({ stage, page, begun, way }) => {
      const copied = new Map(await begun.browser.cookies(page.url));
      const copy = () => stage.browserWith(page.url, copied);
      if (!(await page.open(copy())).signedOn) return { verdict: 'does not apply', remark: 'a copy of the cookies does not sign on' };
      const trail = await follow(stage, way, begun.browser);
      return stage.crashOf(trail) ?? stillThere(page, copy());
    },
  ),
  signingOff(
    {
      id: 'sign-off-back-button',
      title: 'The back button does not bring the page back',
      spec: 'OWASP ASVS 8.2.1',
      must: 'Send Cache-Control: no-store with every page for people who are signed on.',
      gain: 'The next one at this computer reads what that person had on the screen.',
    },
    async ({ page, begun }) => {
      const { trail, crashed } = await page.open(begun.browser);
      const { cacheControl } = trail.visits.at(-1) ?? {};
      if (crashed) return crashed;
      return /\bno-store\b/i.test(cacheControl ?? '')
        ? { verdict: 'refused' }
        : { verdict: 'accepted', remark: cacheControl ? `Cache-Control is ${cacheControl}` : 'the page has no Cache-Control' };
    },
  ),
];
