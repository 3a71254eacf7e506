import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { isNear } from './browser.js';

/** What is done with a request of a page: it goes on, stops here, or is answered in place of its server. */
export type Interception =
  | 'continue'
  | 'stop'
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** Decides on each navigation of the tab itself, redirects included. */
export type OnNavigation = (url: URL) => Interception;

interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly urlFragment?: string };
  readonly resourceType: string;
  readonly frameId: string;
}

/** A tab whose requests are watched. */
export interface Tab {
  readonly page: Page;
  /** Addresses of others that the page wanted to call. */
  readonly blocked: Set<string>;
  onNavigation: OnNavigation;
  /** How many requests wait for their answer, and how many began so far. */
  readonly traffic: { waiting: number; begun: number };
}

/** Kinds of requests that stay open as long as the page does. */
const lasting = new Set(['eventsource', 'websocket', 'ping', 'media']);

/**
 * Opens a tab. Its requests are intercepted through Chromium's own protocol: Playwright's routes do not see redirects, and a
 * callback that is altered on its way is one.
 */
export async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const tab: Tab = { page, blocked: new Set(), onNavigation: () => 'continue', traffic: { waiting: 0, begun: 0 } };
  const open = new Set<unknown>();
  const count = () => {
    tab.traffic.waiting = open.size;
  };
  page.on('request', (request) => {
    tab.traffic.begun += 1;
    if (!lasting.has(request.resourceType())) open.add(request);
    count();
  });
  for (const event of ['requestfinished', 'requestfailed'] as const)
    page.on(event as 'requestfinished', (request) => {
      open.delete(request);
      count();
    });
  session.on('Fetch.requestPaused', (paused: Paused) => {
    // The tab may be gone by the time of the answer.
    decide(session, tab, paused, paused.resourceType === 'Document' && paused.frameId === frameTree.frame.id).catch(() => {});
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
  return tab;
}

async function decide(session: CDPSession, tab: Tab, { requestId, request }: Paused, isOwn: boolean): Promise<void> {
  const url = new URL(`${request.url}${request.urlFragment ?? ''}`);
  const answer = isOwn ? tab.onNavigation(url) : 'continue';
  if (answer === 'stop') await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
  else if (answer !== 'continue')
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: answer.status,
      responseHeaders: Object.entries(answer.headers).map(([name, value]) => ({ name, value })),
      body: Buffer.from(answer.body).toString('base64'),
    });
  else if (/^https?:$/.test(url.protocol) && !isNear(url)) {
    tab.blocked.add(url.origin);
    await session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
  } else await session.send('Fetch.continueRequest', { requestId });
}
