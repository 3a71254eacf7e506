import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Browser as Chromium, Response } from 'playwright-core';
import { html, toMarkup } from '../lib/html.js';
import {
  type Browser,
  isDownload,
  isNear,
  largestText,
  mostRedirects,
  type OpenOptions,
  patienceMilliseconds,
  type Stored,
  type Trail,
  type Visit,
} from './browser.js';
import { readSetCookie } from './set-cookie.js';
import { CheckupStopped } from './stopped.js';
import { type Interception, openTab, type Tab } from './tab.js';

/** How long a page has to be quiet to be done. */
const [quietPolls, pollMilliseconds] = [10, 50];

/** What is in progress while an address is opened. */
interface Opening {
  /** Navigations of the tab, in order. */
  readonly responses: Promise<Visit>[];
  end?: URL;
  failure?: Trail['failure'];
  reason?: string;
}

/** The page from which the identity provider sends a person back: it redirects, or posts a form by itself (RFC 6749 §4.1.2). */
function sendBack(url: URL, form: URLSearchParams | undefined): Interception {
  if (!form) return { status: 302, headers: { location: url.href }, body: '' };
  const fields = [...form].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const page = html`<!doctype html><title>Back</title><form method="post" action="${url.href}">${fields}</form><script>document.forms[0].submit()</script>`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: toMarkup(page) };
}

async function visitOf(response: Response): Promise<Visit> {
  const url = new URL(response.url());
  const headers = await response.allHeaders();
  const lines = (await response.headerValues('set-cookie')).flatMap((value) => value.split('\n'));
  const {
    'content-type': contentType = '',
    'content-disposition': disposition = '',
    'cache-control': cacheControl = '',
    location,
  } = headers;
  const status = response.status();
  const isRedirect = status >= 300 && status < 400 && location !== undefined && URL.canParse(location, url.href);
  return {
    url,
    status,
    contentType,
    cacheControl,
    download: isDownload(contentType, disposition),
    text: '',
    location: isRedirect ? new URL(location, url) : undefined,
    cookies: lines.map(readSetCookie),
  };
}

/** Waits until the page waits for nothing any more, or the tab was stopped; at most as long as a person would. */
async function settle({ page, traffic }: Tab, opening: Opening, stop: AbortSignal): Promise<void> {
  let quiet = 0;
  let begun = traffic.begun;
  for (let polls = 0; polls < patienceMilliseconds / pollMilliseconds; polls += 1) {
    stop.throwIfAborted();
    if (opening.end !== undefined || opening.failure !== undefined) return;
    quiet = traffic.waiting === 0 && traffic.begun === begun ? quiet + 1 : 0;
    begun = traffic.begun;
    if (quiet >= quietPolls) {
      // Its scripts have to be done as well, however slow the machine.
      await page.evaluate('new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2000 }))').catch(() => undefined);
      if (traffic.begun === begun) return;
    }
    await pause(pollMilliseconds);
  }
}

const readStorage = `[Object.entries(localStorage), Object.entries(sessionStorage)]`;

async function storedIn({ page }: Tab): Promise<Stored | undefined> {
  const found = await page.evaluate<[[string, string][], [string, string][]]>(readStorage).catch(() => undefined);
  return found && { local: new Map(found[0]), session: new Map(found[1]) };
}

async function clickOn({ page }: Tab, name: string): Promise<void> {
  const found = page.getByRole('button', { name }).or(page.getByRole('link', { name })).first();
  if ((await found.count()) === 0) {
    const shown = await page.getByRole('button').or(page.getByRole('link')).allTextContents();
    const names = shown.map((text) => text.trim()).filter((text) => text !== '');
    throw new CheckupStopped(
      `${page.url()} has no button or link ${JSON.stringify(name)}`,
      `give the name of one that it has: ${names.slice(0, 20).join(', ') || 'it shows none'}`,
    );
  }
  await found.click({ timeout: patienceMilliseconds, noWaitAfter: true });
}

interface ProfileOptions {
  readonly context: BrowserContext;
  readonly tab: Tab;
  readonly click: string | undefined;
  readonly stop: AbortSignal;
}

/** One profile of a Chromium, with one tab. */
function createProfile({ context, tab, click, stop }: ProfileOptions): Browser {
  const { page } = tab;

  async function open(url: URL, { stopAt = () => false, form, from }: OpenOptions = {}): Promise<Trail> {
    const opening: Opening = { responses: [] };
    const more: Promise<Visit>[] = [];
    let back = from;
    tab.onNavigation = (next) => {
      if (back && next.href === back.href) {
        back = undefined;
        return sendBack(url, form);
      }
      if (stopAt(next)) Object.assign(opening, { end: next });
      else if (!isNear(next)) Object.assign(opening, { end: next, failure: 'foreign address' });
      else if (opening.responses.length > mostRedirects) Object.assign(opening, { end: next, failure: 'loop' });
      return opening.end === undefined ? 'continue' : 'stop';
    };
    const onResponse = (response: Response) => {
      const request = response.request();
      const isOwn = request.isNavigationRequest() && request.frame() === page.mainFrame();
      if (from && response.url() === from.href) return;
      (isOwn ? opening.responses : more).push(visitOf(response));
    };
    page.on('response', onResponse);
    try {
      await page.goto((from ?? url).href, { waitUntil: 'commit', timeout: patienceMilliseconds }).catch((error: Error) => {
        if (opening.end === undefined) Object.assign(opening, failureOf(error));
      });
      await settle(tab, opening, stop);
      if (click !== undefined && from === undefined && opening.end === undefined && opening.failure === undefined) {
        await clickOn(tab, click);
        await settle(tab, opening, stop);
      }
      return await trailOf(opening, more, url);
    } finally {
      page.off('response', onResponse);
    }
  }

  async function trailOf({ responses, end, failure, reason }: Opening, more: readonly Promise<Visit>[], first: URL): Promise<Trail> {
    const visits = await readable(responses);
    const last = visits.at(-1);
    if (last && end === undefined && failure === undefined) {
      const text = await page.content().catch(() => '');
      // What scripts of the page were answered counts as part of it.
      const cookies = (await readable(more)).flatMap((visit) => visit.cookies);
      visits[visits.length - 1] = { ...last, text: text.slice(0, largestText), cookies: [...last.cookies, ...cookies] };
    }
    const url = end ?? (URL.canParse(page.url()) && page.url() !== 'about:blank' ? new URL(page.url()) : first);
    return { visits, end: url, failure, reason, blocked: [...tab.blocked], stored: await storedIn(tab) };
  }

  return {
    open,
    cookies: async (url) => new Map((await context.cookies(url.href)).map(({ name, value }) => [name, value])),
    close: () => context.close(),
  };
}

const readable = async (visits: readonly Promise<Visit>[]): Promise<Visit[]> =>
  (await Promise.allSettled(visits)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));

/** What Chromium says of a navigation that failed. A download is not a failure: its answer was seen. */
function failureOf({ message }: Error): Pick<Opening, 'failure' | 'reason'> {
  if (/Download is starting|ERR_ABORTED/.test(message)) return {};
  if (/ERR_TOO_MANY_REDIRECTS/.test(message)) return { failure: 'loop' };
  const [reason = message.split('\n')[0]] = /net::\w+/.exec(message) ?? [];
  const late = /Timeout .* exceeded/.test(message) ? `nothing within ${patienceMilliseconds / 1000} seconds` : reason;
  return { failure: 'no answer', reason: late ?? '' };
}

/** Makes a profile in which nothing has happened yet. `click`: the name of the button or link that begins a sign-on. */
export async function createChromiumProfile(chromium: Chromium, click: string | undefined, stop: AbortSignal): Promise<Browser> {
  const context = await chromium.newContext({ serviceWorkers: 'block', acceptDownloads: false, ignoreHTTPSErrors: true });
  return createProfile({ context, tab: await openTab(context), click, stop });
}
