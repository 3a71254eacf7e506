import { hiddenSecrets, isHidden } from './hidden.js';
import type { Row } from './id-token-lie.js';
import type { Begun, Case, JournalEntry, ProtectedPage, Result, Stage } from './types.js';

const group = 'refresh';

/** An application may look at the time only by the second. */
const untilExpired = 1100;

const dna = (remark: string): Result => ({ verdict: 'does not apply', remark });

/** The requests of this case with which the application refreshed its tokens. */
const refreshes = async (stage: Stage): Promise<readonly JournalEntry[]> =>
  (await stage.seenInCase('token')).filter(({ form, client }) => form.grant_type === 'refresh_token' && client === stage.clientId);

/** Opens the page, a second time where the application takes its tokens for valid until they are a second old. */
async function openUntilRefreshed(stage: Stage, page: ProtectedPage, { browser }: Begun): Promise<void> {
  const before = (await refreshes(stage)).length;
  await page.open(browser);
  if ((await refreshes(stage)).length > before) return;
  await stage.wait(untilExpired);
  await page.open(browser);
}

/** The verdict on the refresh tokens that were sent: each may be used once. */
function judgeSent(sent: readonly (string | undefined)[], remark: string): Result {
  if (sent.some(isHidden)) return hiddenSecrets;
  return new Set(sent).size === sent.length ? { verdict: 'refused' } : { verdict: 'accepted', remark };
}

/** A case for applications that refresh tokens: somebody is signed on, with tokens that are valid for a second. */
const refreshing = (row: Row, play: (stage: Stage, page: ProtectedPage, begun: Begun) => Promise<Result>): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage) {
    const given = (await stage.seen('token')).some(
      ({ client, answer }) => client === stage.clientId && answer?.body.includes('"refresh_token"'),
    );
    if (!given) return dna('the application gets no refresh token');
    const page = await stage.page();
    if (!page) return dna('no page shows who is signed on; --protected gives one');
    await stage.rule('token', { 'response.expires_in': 1 });
    const begun = await stage.begin();
    await stage.callBack(begun, await stage.signOn(begun));
    return play(stage, page, begun);
  },
});

const notRefreshed = (page: ProtectedPage): Result =>
  dna(`${page.url.pathname} does not refresh tokens; --protected gives a page that does`);

/** How the application treats refresh tokens. */
export const refreshCases: readonly Case[] = [
  refreshing(
    {
      id: 'refresh-rotated',
      title: 'The refresh token changes with each use',
      spec: 'RFC 9700 §4.14.2, RFC 6749 §6',
      must: 'Keep the refresh token of the newest answer, and forget the one before.',
      gain: 'The provider takes the old one for stolen, and ends the person’s session.',
    },
    async (stage, page, begun) => {
      for (let count = 0; count < 2; count += 1) await openUntilRefreshed(stage, page, begun);
      const sent = (await refreshes(stage)).map(({ form }) => form.refresh_token);
      if (sent.length === 0) return notRefreshed(page);
      if (sent.length === 1) return dna('it refreshed its tokens only once');
      return judgeSent(sent, 'it used a refresh token that had been replaced');
    },
  ),
  refreshing(
    {
      id: 'refresh-sent-twice',
      title: 'Two pages are opened at once when the tokens have expired',
      spec: 'RFC 9700 §4.14.2',
      must: 'Refresh once at a time for each session, and let the others wait.',
      gain: 'The provider takes the second use for a theft, and ends the person’s session.',
    },
    async (stage, page, { browser }) => {
      // The answers are late enough for the requests to meet.
      await stage.fault({ endpoint: 'token', delay_ms: 250, times: 'always' });
      const openTwo = () => Promise.all([page.open(browser), page.open(browser)]);
      await openTwo();
      if ((await refreshes(stage)).length === 0) {
        await stage.wait(untilExpired);
        await openTwo();
      }
      const sent = (await refreshes(stage)).map(({ form }) => form.refresh_token);
      if (sent.length === 0) return notRefreshed(page);
      return judgeSent(sent, 'it sent one refresh token twice');
    },
  ),
  refreshing(
    {
      id: 'refresh-revoked',
      title: 'The refresh token is revoked',
      spec: 'RFC 6749 §5.2, RFC 7009 §2.1',
      must: 'End its own session, and let the person sign on again.',
      gain: 'A person whose access was taken away stays signed on.',
    },
    async (stage, page, begun) => {
      await stage.fault({ endpoint: 'token', error: 'invalid_grant', times: 'always' });
      await openUntilRefreshed(stage, page, begun);
      if ((await refreshes(stage)).length === 0) return notRefreshed(page);
      const { crashed, signedOn } = await page.open(begun.browser);
      return crashed ?? { verdict: signedOn ? 'accepted' : 'refused' };
    },
  ),
];
