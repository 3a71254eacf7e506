import { membersOf, parseJson } from '../lib/unknown.js';
import type { Browser } from './browser.js';
import { callbackOf, parametersOf } from './callback.js';
import type { Traces } from './libraries/recognise.js';
import { startProblem } from './start-problem.js';
import type { CheckupStopped } from './stopped.js';
import type { Begun, CheckedEnvironment, Outcome, Result, SeenRequest, Stage } from './types.js';

/** What the run itself needs of the stage, beside what cases do. */
export interface Played extends Stage {
  readonly honest: { readonly begun: Begun; readonly callback: URL; readonly outcome: Outcome }[];
  marks: readonly string[];
  /** The text or path that was given as the sign of success. */
  given: string | undefined;
  deny(begun: Begun): Promise<URL>;
  /** Why the mock refused the application's last request, for a message. */
  diagnosis(): Promise<string>;
  newCase(): Promise<void>;
  /** Takes back what the case has changed. */
  clear(): Promise<void>;
  newestTransaction(): Promise<string | undefined>;
  /** The requests since the case began. */
  seen(): Promise<SeenRequest[]>;
  /** What shows which libraries the application uses, once it has signed on without tricks. */
  traces(): Promise<Omit<Traces, 'declared'>>;
}

interface StageOptions {
  readonly environment: CheckedEnvironment;
  readonly start: URL;
  readonly user: string;
  /** The id of the checkup's lease: what cases change ends with it. */
  readonly lease: string;
  /** Opens a browser in which nothing has happened yet. */
  readonly openBrowser: () => Promise<Browser>;
  readonly problem: (message: string, fix: string) => CheckupStopped;
}

const titleOf = (text: string): string => /<title[^>]*>([^<]{0,200})/i.exec(text)?.[1]?.trim() ?? '';

/** What may distinguish the end of one sign-on from that of another. */
function featuresOf(trail: Outcome['trail'], names: readonly string[]): Set<string> {
  const last = trail.visits.at(-1);
  const text = last?.text ?? '';
  return new Set([
    `status ${last?.status ?? trail.failure}`,
    `path ${trail.end.pathname}`,
    `title ${titleOf(text)}`,
    ...trail.visits.flatMap(({ cookies }) => cookies.filter(({ value }) => value !== '').map(({ name }) => `cookie ${name}`)),
    ...[...(trail.stored?.local.keys() ?? []), ...(trail.stored?.session.keys() ?? [])].map((name) => `storage ${name}`),
    ...names.filter((name) => text.includes(name)).map((name) => `text ${name}`),
  ]);
}

/** The claims of a JWT, unverified; undefined if it is none. */
function claimsOf(token: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof token !== 'string') return undefined;
  try {
    return membersOf(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  } catch {
    return undefined;
  }
}

/** A request of the journal for the report: names alone, no values. */
function toSeen({ method, url, query, form, answer, faults }: Readonly<Record<string, unknown>>, base: string): SeenRequest {
  const path = String(url).split('?', 1)[0] ?? '';
  const { status } = membersOf(answer);
  return {
    method: String(method),
    path: path.startsWith(base) ? path.slice(base.length) : path,
    parameters: [...new Set([...Object.keys(membersOf(query)), ...Object.keys(membersOf(form))])],
    status: typeof status === 'number' ? status : undefined,
    ...(Array.isArray(faults) && faults.length > 0 && { changed: faults.join(', ') }),
  };
}

/** Where the cases are played: the start address, the mock's environment, and the person. */
export async function createStage({ environment, start, user, problem, lease, openBrowser }: StageOptions): Promise<Played> {
  const { control: api, id, issuer } = environment;
  const base = `/__mock/v1/environments/${id}`;
  const control = (path: string, method = 'GET', body?: object) => api.call(`${base}${path}`, { method, body });
  const authorizePath = `/${id}/as/authorize`;
  const isRequest = ({ pathname, searchParams }: URL) => pathname.endsWith(authorizePath) && searchParams.has('client_id');
  const made: string[] = [];
  /** Those of this case. */
  const browsers: Browser[] = [];
  const newBrowser = async (): Promise<Browser> => {
    const browser = await openBrowser();
    browsers.push(browser);
    return browser;
  };
  const began = await nowOf();
  let caseBegan = began;

  async function nowOf(): Promise<string> {
    return String(membersOf(await control('/clock')).now);
  }

  const reach = async (from: URL, browser: Browser): Promise<Begun> => {
    const trail = await browser.open(from, { stopAt: isRequest });
    if (trail.failure !== undefined || !isRequest(trail.end)) {
      const { why, fix } = startProblem(trail);
      throw problem(`${from.href} does not lead to a sign-on at ${issuer}: ${why}`, fix);
    }
    return { browser, trail, request: trail.end, cookiesBefore: new Map(await browser.cookies(from)) };
  };

  const signOn = async ({ request }: Begun, more: object): Promise<URL> => {
    const answer = membersOf(await control('/sign-on', 'POST', { authorize_url: request.href, ...more }));
    return parametersOf(new URL(String(answer.callback_url)), membersOf(answer.form));
  };

  const firstRequest = (await reach(start, await newBrowser())).request;
  const clientId = firstRequest.searchParams.get('client_id') ?? '';
  const shownNames = [user, ...(await namesOf())];

  /** By what an application may greet the person. */
  async function namesOf(): Promise<string[]> {
    const { email, name } = membersOf(
      (await control(`/seed?users=true`)
        .then(findUser)
        .catch(() => undefined)) ?? {},
    );
    const { given, family, formatted } = membersOf(name);
    return [email, given, family, formatted].filter((text): text is string => typeof text === 'string' && text.length > 2);
  }
  function findUser(seed: unknown): unknown {
    const [first] = Array.isArray(membersOf(seed).environments) ? (membersOf(seed).environments as unknown[]).map(membersOf) : [];
    return Array.isArray(first?.users) ? first.users.map(membersOf).find(({ username }) => username === user) : undefined;
  }

  const requestsOf = async (endpoint: string | undefined, since: string) => {
    const { requests } = membersOf(await control(`/requests?${new URLSearchParams({ ...(endpoint && { endpoint }), since })}`));
    return Array.isArray(requests) ? requests.map(membersOf) : [];
  };
  const tokenRequests = async () => (await requestsOf('token', began)).filter(({ client }) => client === clientId);

  const newest = async (): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const { transactions } = membersOf(await control(`/transactions?${new URLSearchParams({ app: clientId, limit: '1' })}`));
    return Array.isArray(transactions) ? transactions.map(membersOf)[0] : undefined;
  };

  const played: Played = {
    clientId,
    honest: [],
    marks: [],
    given: undefined,
    newBrowser,
    begin: async (from = start, browser) => reach(from, browser ?? (await newBrowser())),
    startWith(name, value) {
      const url = new URL(start);
      url.searchParams.set(name, value);
      return url;
    },
    signOn: (begun) => signOn(begun, { username: user }),
    deny: (begun) => signOn(begun, { deny: true }),
    async callBack({ browser, request }, callback) {
      const { url, form } = callbackOf(request, callback);
      const trail = await browser.open(url, { from: request, ...(form && { form }) });
      return { trail, features: featuresOf(trail, shownNames) };
    },
    async whole() {
      const begun = await played.begin();
      return played.callBack(begun, await played.signOn(begun));
    },
    succeeded({ features, trail }) {
      const { given } = played;
      if (given === undefined) return played.marks.every((mark) => features.has(mark));
      return features.has(`path ${given}`) || (trail.visits.at(-1)?.text ?? '').includes(given);
    },
    judge(outcome): Result {
      const { trail } = outcome;
      if (trail.failure === 'no answer') return { verdict: 'crashed', remark: `${trail.end.pathname} did not answer` };
      const broken = trail.visits.find(({ status }) => status >= 500);
      if (broken) return { verdict: 'crashed', remark: `${broken.url.pathname} answered ${broken.status}` };
      return { verdict: played.succeeded(outcome) ? 'accepted' : 'refused' };
    },
    async honestIdToken() {
      const answers = (await tokenRequests()).map(({ answer }) => membersOf(answer)).filter(({ status }) => status === 200);
      // The journal cuts long answers, which are not JSON then. The first ones are those of sign-ons without tricks.
      return answers
        .map(({ body }) => claimsOf(/"id_token" ?: ?"([\w.-]+)"/.exec(String(body))?.[1]))
        .find((claims) => claims !== undefined);
    },
    verifiers: async () =>
      (await tokenRequests())
        .map(({ form }) => membersOf(form).code_verifier)
        .filter((value): value is string => typeof value === 'string'),
    asked: async (endpoint) => (await requestsOf(endpoint, caseBegan)).length,
    async fault(fault) {
      const ofClient = fault.endpoint === 'token' ? { client_id: clientId } : {};
      const { id: faultId } = membersOf(await control('/faults', 'POST', { ...fault, ...ofClient, lease }));
      made.push(`/faults/${String(faultId)}`);
    },
    async rule(on, set) {
      const match = on === 'token' ? { match: { client_id: clientId } } : {};
      const { id: ruleId } = membersOf(await control('/rules', 'POST', { on, set, ...match, lease }));
      made.push(`/rules/${String(ruleId)}`);
    },
    async rotateKeys() {
      await control('/keys/rotate', 'POST', { client_id: clientId, lease });
    },
    now: async () => Math.floor(Date.parse(await nowOf()) / 1000),
    async diagnosis() {
      const { diagnosis, id: transactionId } = (await newest()) ?? {};
      const { title, fix } = membersOf(diagnosis);
      if (transactionId === undefined) return 'the mock has seen no request of this application';
      return `${typeof title === 'string' ? `the mock says: ${title}. ${String(fix)}; see ` : 'see '}${api.url}/__mock/tx/${String(transactionId)}`;
    },
    async newCase() {
      caseBegan = await nowOf();
    },
    async clear() {
      await Promise.all(browsers.splice(0).map((browser) => browser.close()));
      for (const path of made.splice(0))
        await control(path, 'DELETE').catch((error: { status?: number }) => {
          // A fault that has happened is gone already.
          if (error.status !== 404) throw error;
        });
    },
    async seen() {
      const requests = await requestsOf(undefined, caseBegan);
      return requests.filter(({ client }) => client === undefined || client === clientId).map((request) => toSeen(request, `/${id}`));
    },
    async traces() {
      const [first] = played.honest;
      const visits = played.honest.flatMap(({ begun, outcome }) => [...begun.trail.visits, ...outcome.trail.visits]);
      return {
        tokenHeaders: (await tokenRequests()).map(({ headers }) => membersOf(headers)),
        authorizationRequest: first?.begun.request ?? firstRequest,
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
