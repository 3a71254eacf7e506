import { setTimeout as sleep } from 'node:timers/promises';
import { membersOf } from '../lib/unknown.js';
import { awaitReturn } from './await-return.js';
import { type Browser, createBrowser, type Trail } from './browser.js';
import { callbackOf, parametersOf } from './callback.js';
import { isHidden } from './hidden.js';
import { openJournal } from './journal.js';
import { claimsOf } from './jwt-claims.js';
import type { Traces } from './libraries/recognise.js';
import { NotBegun } from './not-begun.js';
import { crashOf, featuresOf } from './outcome.js';
import { findPage, findSignOff } from './protected-page.js';
import { requestParameters } from './request-parameters.js';
import { toSeen } from './seen-request.js';
import { startProblem } from './start-problem.js';
import type { CheckupStopped } from './stopped.js';
import { nothingLearned, type Success } from './success.js';
import type { Begun, CheckedEnvironment, CheckupOptions, Outcome, ProtectedPage, SeenRequest, Stage } from './types.js';

/** What the run itself needs of the stage, beside what cases do. */
export interface Played extends Stage {
  readonly honest: { readonly begun: Begun; readonly callback: URL; readonly outcome: Outcome }[];
  /** What shows that somebody has signed on. */
  success: Success;
  /** Opens an address in a browser in which nothing has happened yet. */
  openAsAnyone(url: URL): Promise<Outcome>;
  deny(begun: Begun): Promise<URL>;
  /** Whether the browser ended at the provider, where it is to sign on. */
  isAtProvider(trail: Trail): boolean;
  /** Why the mock refused the application's last request, for a message. */
  diagnosis(): Promise<string>;
  newCase(): Promise<void>;
  /** How long ago the case began, in milliseconds of the mock's time. */
  elapsed(): Promise<number>;
  /** Takes back what the case has changed. */
  clear(): Promise<void>;
  newestTransaction(): Promise<string | undefined>;
  /** The requests since the case began, for the report. */
  shownRequests(): Promise<SeenRequest[]>;
  /** What shows which libraries the application uses, once an ordinary sign-on has succeeded. */
  traces(): Promise<Omit<Traces, 'declared'>>;
}

interface StageOptions extends Pick<CheckupOptions, 'protectedPage' | 'signOff' | 'secondStart' | 'restart' | 'keyCooldowns'> {
  readonly environment: CheckedEnvironment;
  readonly start: URL;
  readonly user: string;
  /** The id of the checkup's lease: what cases change ends with it. */
  readonly lease: string;
  /** Opens a browser in which nothing has happened yet. */
  readonly openBrowser: () => Promise<Browser>;
  readonly stop: AbortSignal;
  readonly problem: (message: string, fix: string) => CheckupStopped;
  /** Reads an address that the checkup may call. */
  readonly readAddress: (name: string, text: string) => URL;
}

/** The endpoints whose requests say which client sends them; at userinfo, the access token does. */
const namesClient: ReadonlySet<string> = new Set(['token', 'userinfo']);

/** jose asks again after 30 seconds, openid-client 5 after 60. */
const usualCooldowns = [31_000, 31_000];

/** By what an application may greet the person. */
async function namesOf(control: (path: string) => Promise<unknown>, user: string): Promise<string[]> {
  const seed = membersOf(await control('/seed?users=true').catch(() => undefined));
  const [first] = Array.isArray(seed.environments) ? seed.environments.map(membersOf) : [];
  const found = Array.isArray(first?.users) ? first.users.map(membersOf).find(({ username }) => username === user) : undefined;
  const { email, name } = found ?? {};
  const { given, family, formatted } = membersOf(name);
  return [user, email, given, family, formatted].filter((text): text is string => typeof text === 'string' && text.length > 2);
}

/** How long an application has to answer after a restart. */
const restartMilliseconds = 10_000;

/** Where the cases are played: the start address, the mock's environment, and the person. */
export async function createStage(options: StageOptions): Promise<Played> {
  const { environment, start, user, problem, readAddress, lease, openBrowser, stop } = options;
  const { control: api, id, issuer } = environment;
  const base = `/__mock/v1/environments/${id}`;
  const control = (path: string, method = 'GET', body?: object) => api.call(`${base}${path}`, { method, body });
  const isRequest = ({ pathname, searchParams }: URL) => pathname.endsWith(`/${id}/as/authorize`) && searchParams.has('client_id');
  /** What the case has made, by its path. */
  const made: string[] = [];
  /** Those of this case. */
  const browsers: Browser[] = [];
  const newBrowser = async (): Promise<Browser> => {
    const browser = await openBrowser();
    browsers.push(browser);
    return browser;
  };
  const nowOf = async () => String(membersOf(await control('/clock')).now);
  const journal = await openJournal(api, id, nowOf);
  const names = await namesOf(control, user);

  const attempt: Stage['attempt'] = async (from = start, elsewhere = () => false, browser?: Browser) =>
    reach(from, browser ?? (await newBrowser()), elsewhere);
  const reach = async (from: URL, browser: Browser, elsewhere: (url: URL) => boolean) => {
    const trail = await browser.open(from, { stopAt: (url) => isRequest(url) || elsewhere(url) });
    const { end: request, failure } = trail;
    if (failure !== undefined || !isRequest(request)) return { begun: undefined, browser, trail };
    const pushed = request.searchParams.has('request_uri') ? await journal.ofRun('par') : [];
    const parameters = requestParameters(request, pushed);
    return { begun: { browser, trail, request, parameters, cookiesBefore: new Map(await browser.cookies(from)) }, browser, trail };
  };
  const begin: Stage['begin'] = async (from = start, browser) => {
    const { begun, trail } = await reach(from, browser ?? (await newBrowser()), () => false);
    if (begun) return begun;
    throw new NotBegun(trail, from);
  };

  const signOn = async ({ request }: Pick<Begun, 'request'>, more: object): Promise<URL> => {
    const answer = membersOf(await control('/sign-on', 'POST', { authorize_url: request.href, ...more }));
    return parametersOf(new URL(String(answer.callback_url)), membersOf(answer.form));
  };

  const first = await begin().catch((error: unknown) => {
    if (!(error instanceof NotBegun)) throw error;
    const { why, fix } = startProblem(error.trail);
    throw problem(`${start.href} does not lead to a sign-on at ${issuer}: ${why}`, fix);
  });
  const clientId = first.request.searchParams.get('client_id') ?? '';
  /** What all addresses of the provider begin with. */
  const providerPrefix = first.request.href.slice(0, first.request.href.indexOf('/as/') + 1);
  const isFront = /\bid_token\b/.test(first.parameters.get('response_type') ?? '');

  const tokenRequests = async () => (await journal.ofRun('token')).filter(({ client }) => client === clientId);
  const add = async (path: string, body: object) => {
    const { id: ofIt } = membersOf(await control(path, 'POST', { ...body, lease }));
    made.push(`${base}${path}/${String(ofIt)}`);
    return undefined;
  };
  const newest = async () => {
    const { transactions } = membersOf(await control(`/transactions?${new URLSearchParams({ app: clientId, limit: '1' })}`));
    return Array.isArray(transactions) ? transactions.map(membersOf)[0] : undefined;
  };
  let page: { readonly found: ProtectedPage | undefined } | undefined;

  const played: Played = {
    clientId,
    issuer,
    honest: [],
    success: nothingLearned,
    restart:
      options.restart &&
      (async () => {
        await options.restart?.();
        await awaitReturn(start, restartMilliseconds, stop);
      }),
    secondStart: options.secondStart === undefined ? undefined : readAddress('secondStart', options.secondStart),
    cooldowns: options.keyCooldowns ?? usualCooldowns,
    newBrowser,
    browserWith: (url, cookies) => createBrowser(stop, { url, cookies }),
    begin,
    attempt,
    crashOf,
    startWith(name, value) {
      const url = new URL(start);
      url.searchParams.set(name, value);
      return url;
    },
    signOn: (begun) => signOn(begun, { username: user }),
    deny: (begun) => signOn(begun, { deny: true }),
    async callBack({ browser, request, parameters }, callback, stopAt) {
      const asked = new URL(request);
      asked.search = String(parameters);
      const { url, form } = callbackOf(asked, callback);
      const trail = await browser.open(url, { from: request, ...(form && { form }), ...(stopAt && { stopAt }) });
      return { trail, features: featuresOf(trail, names) };
    },
    async whole() {
      const begun = await begin();
      return played.callBack(begun, await played.signOn(begun));
    },
    isAtProvider: ({ end }) => end.href.startsWith(providerPrefix),
    async openAsAnyone(url) {
      // The sign-on page is where people come from: a button of the start page is not looked for.
      const trail = await (await newBrowser()).open(url, { stopAt: isRequest, from: first.request });
      return { trail, features: featuresOf(trail, names) };
    },
    succeeded: (outcome) => !played.isAtProvider(outcome.trail) && played.success.holds(outcome),
    judge: (outcome) => crashOf(outcome.trail) ?? { verdict: played.succeeded(outcome) ? 'accepted' : 'refused' },
    async honestIdToken() {
      const [inFront] = played.honest.map(({ callback }) => claimsOf(callback.searchParams.get('id_token')));
      // The journal cuts long answers, which are not JSON then. The first ones are those of ordinary sign-ons.
      return (
        inFront ??
        (await tokenRequests())
          .filter(({ answer }) => answer?.status === 200)
          .map(({ answer }) => claimsOf(/"id_token" ?: ?"([\w.-]+)"/.exec(answer?.body ?? '')?.[1]))
          .find((claims) => claims !== undefined)
      );
    },
    async page() {
      const given = options.protectedPage === undefined ? undefined : readAddress('protectedPage', options.protectedPage);
      page ??= { found: await findPage({ stage: played, given, names, isRequest }) };
      return page.found;
    },
    async signOff({ open, url }, browser) {
      if (options.signOff !== undefined) return { url: readAddress('signOff', options.signOff) };
      const { visits } = (await open(browser)).trail;
      return findSignOff(visits.at(-1)?.text ?? '', visits.at(-1)?.url ?? url);
    },
    async verifiers() {
      const sent = (await tokenRequests()).map(({ form }) => form.code_verifier).filter((value) => value !== undefined);
      return sent.some(isHidden) ? undefined : sent;
    },
    seen: journal.ofRun,
    seenInCase: journal.ofCase,
    asked: async (endpoint) => (await journal.ofCase(endpoint)).length,
    fault: (fault) => add('/faults', { ...fault, ...(fault.endpoint === 'token' && { client_id: clientId }) }),
    rule: (on, set) => add('/rules', { on, set, ...(namesClient.has(on) && { match: { client_id: clientId } }) }),
    async forge(kind) {
      await played.fault({ endpoint: 'token', token: kind, token_kind: 'id_token' });
      // The browser brings that one, and names no client on its way.
      if (isFront) await played.fault({ endpoint: 'resume', token: kind, token_kind: 'id_token' });
      return undefined;
    },
    async otherProvider() {
      const { id: otherId, issuer: otherIssuer } = membersOf(
        await api.call(`/__mock/v1/environments?lease=${lease}`, { method: 'POST', body: {} }),
      );
      made.push(`/__mock/v1/environments/${String(otherId)}`);
      return { id: String(otherId), issuer: String(otherIssuer) };
    },
    async rotateKeys() {
      await control('/keys/rotate', 'POST', { client_id: clientId, lease });
    },
    async keys() {
      const { keys } = membersOf(await api.call(`/${id}/as/jwks`));
      await journal.disregardNewest('jwks');
      return Array.isArray(keys) ? keys.map(membersOf) : [];
    },
    wait: (milliseconds) => sleep(milliseconds, undefined, { signal: stop }),
    now: async () => Math.floor(Date.parse(await nowOf()) / 1000),
    async diagnosis() {
      const { diagnosis, id: transactionId } = (await newest()) ?? {};
      const { title, fix } = membersOf(diagnosis);
      if (transactionId === undefined) return 'the mock has seen no request of this application';
      return `${typeof title === 'string' ? `the mock says: ${title}. ${String(fix)}; see ` : 'see '}${api.url}/__mock/tx/${String(transactionId)}`;
    },
    newCase: journal.beginCase,
    elapsed: journal.elapsed,
    async clear() {
      await Promise.all(browsers.splice(0).map((browser) => browser.close()));
      for (const path of made.splice(0))
        await api.call(path, { method: 'DELETE' }).catch((error: { status?: number }) => {
          // A fault that has happened is gone already.
          if (error.status !== 404) throw error;
        });
    },
    async shownRequests() {
      const requests = await journal.ofCase();
      return requests.filter(({ client }) => client === undefined || client === clientId).map((request) => toSeen(request, `/${id}`));
    },
    async traces() {
      const visits = played.honest.flatMap(({ begun, outcome }) => [...begun.trail.visits, ...outcome.trail.visits]);
      return {
        tokenHeaders: (await tokenRequests()).map(({ headers }) => headers),
        authorizationRequest: (played.honest[0]?.begun ?? first).request,
        cookies: [...new Set(visits.flatMap(({ cookies }) => cookies.map(({ name }) => name)))],
      };
    },
    async newestTransaction() {
      const { id: transactionId } = (await newest()) ?? {};
      return typeof transactionId === 'string' ? `${api.url}/__mock/tx/${transactionId}` : undefined;
    },
  };
  return played;
}
