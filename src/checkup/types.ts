import type { Browser, Trail } from './browser.js';
import type { Fix, Recognised } from './libraries/recognise.js';

/** The control API of the mock. */
export interface ControlApi {
  /** The mock's base URL, such as http://127.0.0.1:9400. */
  readonly url: string;
  /** Sends JSON to a path and returns the JSON of the answer. A refusal rejects with an error that has its `status`. */
  call(path: string, request?: { readonly method?: string; readonly body?: object | undefined }): Promise<unknown>;
}

/** The environment of the mock at which the application signs people on. */
export interface CheckedEnvironment {
  readonly control: ControlApi;
  readonly id: string;
  readonly issuer: string;
}

/** How an application met a case; `crashed` is an answer of 5xx, or none at all. */
export type Verdict = 'refused' | 'accepted' | 'crashed' | 'does not apply';

/** What came of one sign-on. */
export interface Outcome {
  readonly trail: Trail;
  /** What distinguishes it: status, address, cookies, texts. */
  readonly features: ReadonlySet<string>;
}

/** A sign-on that has begun at the application and waits at the authorization endpoint. */
export interface Begun {
  readonly browser: Browser;
  readonly trail: Trail;
  /** The address of the authorization request. */
  readonly request: URL;
  /** Its parameters, also those that were pushed or are in a request object. */
  readonly parameters: URLSearchParams;
  /** The cookies of the application before the person signed on. */
  readonly cookiesBefore: ReadonlyMap<string, string>;
}

/** How the application began, or did not. */
export interface Attempt {
  /** Undefined where it sent the browser anywhere but to the issuer. */
  readonly begun: Begun | undefined;
  readonly browser: Browser;
  readonly trail: Trail;
}

/** A page that shows whether the person is signed on. */
export interface ProtectedPage {
  readonly url: URL;
  /** Opens it in a browser. Where the application crashes, the verdict says so. */
  open(browser: Browser): Promise<{ readonly signedOn: boolean; readonly crashed: Result | undefined; readonly trail: Trail }>;
}

/** How the application ends a session: a link to follow, or a form to post. */
export interface SignOff {
  readonly url: URL;
  readonly form?: URLSearchParams | undefined;
}

/** A request as the mock's journal has it. */
export interface JournalEntry {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly client: string | undefined;
  readonly answer: { readonly status: number; readonly body: string } | undefined;
  /** What was changed in the answer. */
  readonly faults: readonly string[];
}

/** What a case is given to play with. */
export interface Stage {
  readonly clientId: string;
  readonly issuer: string;
  /** A browser, a new one by default, begins at the start address, or at another one. Throws NotBegun. */
  begin(start?: URL, browser?: Browser): Promise<Begun>;
  /** The same, where the application may refuse to begin. `elsewhere`: other addresses at which to stop. */
  attempt(start?: URL, elsewhere?: (url: URL) => boolean, browser?: Browser): Promise<Attempt>;
  /** The person signs on: the callback, with its code and state. The request may be another one than the application's. */
  signOn(begun: Pick<Begun, 'request'>): Promise<URL>;
  /** The application gets a callback. `elsewhere`: addresses at which to stop. */
  callBack(begun: Begun, callback: URL, elsewhere?: (url: URL) => boolean): Promise<Outcome>;
  /** All three. */
  whole(): Promise<Outcome>;
  /** A browser in which nothing has happened yet. */
  newBrowser(): Promise<Browser>;
  /** A browser without scripts that has cookies for an address from the beginning. */
  browserWith(url: URL, cookies: ReadonlyMap<string, string>): Browser;
  /** The start address with another parameter. */
  startWith(name: string, value: string): URL;
  /** The verdict on an outcome: crashed, accepted where it succeeded, else refused. */
  judge(outcome: Outcome): Result;
  /** Crashed, if the application did. */
  crashOf(trail: Trail): Result | undefined;
  /** Whether an outcome is what an ordinary sign-on leads to. */
  succeeded(outcome: Outcome): boolean;
  /** The ordinary sign-ons that came first. */
  readonly honest: readonly { readonly begun: Begun; readonly callback: URL; readonly outcome: Outcome }[];
  /** The claims of the ID token of the first ordinary sign-on, if the application got one. */
  honestIdToken(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** A page for people who are signed on; undefined where none looks unlike a page for anyone. */
  page(): Promise<ProtectedPage | undefined>;
  /** How the page lets people sign off; undefined where it does not. */
  signOff(page: ProtectedPage, browser: Browser): Promise<SignOff | undefined>;
  /** Restarts the application, so that it reads its configuration again. Undefined if the checkup cannot. */
  readonly restart: (() => Promise<void>) | undefined;
  /** The address at which the application begins with a second provider, if it was given. */
  readonly secondStart: URL | undefined;
  /** The code_verifiers that the application sent so far; undefined if the mock hides them. */
  verifiers(): Promise<readonly string[] | undefined>;
  /** The requests that the mock has seen in this run, oldest first: of one endpoint or all, of this environment or another one. */
  seen(endpoint?: string, environmentId?: string): Promise<readonly JournalEntry[]>;
  /** The same since this case began. */
  seenInCase(endpoint?: string, environmentId?: string): Promise<readonly JournalEntry[]>;
  /** How many requests of an endpoint came since this case began. */
  asked(endpoint: string): Promise<number>;
  /** Changes answers of the mock until the case is over. */
  fault(fault: Readonly<Record<string, unknown>>): Promise<undefined>;
  rule(on: string, set: Readonly<Record<string, unknown>>): Promise<undefined>;
  /** The ID tokens of this client are wrong, wherever it gets them from. */
  forge(kind: string): Promise<undefined>;
  /** Makes an environment, another provider, until the case is over. */
  otherProvider(): Promise<{ readonly id: string; readonly issuer: string }>;
  /** The issuer signs this client's tokens with a key that was not in its JWKS before. */
  rotateKeys(): Promise<void>;
  /** The JWKS of the issuer. */
  keys(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** How long a client may wait between two requests for the JWKS, in milliseconds, shortest first. */
  readonly cooldowns: readonly number[];
  /** Waits, unless the checkup is stopped. */
  wait(milliseconds: number): Promise<void>;
  /** The mock's time, in seconds. */
  now(): Promise<number>;
}

/** The result of a case, with a remark where there is one. */
export interface Result {
  readonly verdict: Verdict;
  readonly remark?: string | undefined;
}

/** A case as the report describes it. */
export interface CaseText {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** Where it is required. */
  readonly spec: string;
  /** What the application must do. */
  readonly must: string;
  /** What an attacker gains where the application does not; or, where nothing is attacked, what people notice. */
  readonly gain: string;
  /** How an application should meet it. `any`: as it likes, if it does not crash. */
  readonly expects: 'refused' | 'accepted' | 'any';
}

/** One way in which something can go wrong between an application and its identity provider. */
export interface Case extends CaseText {
  run(stage: Stage): Promise<Result | Outcome>;
}

/** In the order in which they are run: what leaves the keys of an application stale comes last. */
export const groups = [
  'pkce',
  'session',
  'response',
  'id token',
  'token answer',
  'clock',
  'refresh',
  'sign-off',
  'discovery',
  'keys',
] as const;
export type Group = (typeof groups)[number];

/** A request as the mock saw it, without its values: a report is handed on. */
export interface SeenRequest {
  readonly method: string;
  /** Below the environment, such as /as/token. */
  readonly path: string;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  /** Undefined if the connection ended without an answer. */
  readonly status: number | undefined;
  /** What the case changed in the answer. */
  readonly changed?: string | undefined;
}

/** One line of the report. */
export interface Finding extends CaseText, Result {
  /** Whether the application met it as it should. */
  readonly ok: boolean;
  /** How long the case took, by the mock's clock. */
  readonly milliseconds: number;
  /** How to fix it with a library that was recognised. */
  readonly fix?: Fix | undefined;
  /** The requests of a case that was met wrongly, at most the last twenty. */
  readonly requests?: readonly SeenRequest[] | undefined;
  /** The transaction with the requests as the mock saw them. */
  readonly transaction?: string | undefined;
}

export interface Report {
  readonly start: string;
  readonly clientId: string;
  readonly user: string;
  /** When it began, by the mock's clock, as ISO 8601. */
  readonly at: string;
  /** What was taken as success: only ordinary sign-ons have all of it. */
  readonly success: readonly string[];
  /** The libraries that the application seems to use. */
  readonly libraries: readonly Recognised[];
  readonly findings: readonly Finding[];
  /** Why it ended before the last case: then the findings are those of the cases before. */
  readonly problem?: Problem | undefined;
}

/** Why a checkup did not come to its end, and what to do. */
export interface Problem {
  readonly message: string;
  readonly fix?: string | undefined;
}

export interface CheckupOptions {
  /** The address at which the application begins a sign-on, such as http://localhost:3000/login. */
  readonly start: string;
  /** Who signs on, by name. Default: the first user. */
  readonly user?: string;
  /** Only cases whose id or group begins like this. */
  readonly only?: readonly string[];
  /** A text of the page, or the path of the address, that shows a sign-on that succeeded. Default: it is worked out. */
  readonly success?: string;
  /** A page that shows whether somebody is signed on. Default: where a sign-on ends. */
  readonly protectedPage?: string;
  /** The address that signs people off. Default: what the page links to. */
  readonly signOff?: string;
  /** The address at which the application begins a sign-on at a second provider, another environment of this mock. */
  readonly secondStart?: string;
  /** Restarts the application, and resolves once it has begun to. Without it, what an application reads at its start cannot be checked. */
  readonly restart?: () => Promise<void>;
  /**
   * How long an application may wait between two requests for the JWKS, in milliseconds. A checkup waits as long, where an
   * application does not ask for new keys at once. Default: twice 31 seconds.
   */
  readonly keyCooldowns?: readonly number[];
  /** What the application's project declares, to recognise its libraries: see `declaredIn`. */
  readonly declared?: readonly string[];
  /** Called once the ordinary sign-ons have succeeded, with the report so far and the number of cases. */
  readonly onBegin?: (head: Omit<Report, 'findings'>, all: number) => void;
  /** A Chromium plays the browser, through the `playwright-core` of the project: for single-page applications. */
  readonly browser?: boolean;
  /** With `browser`: the button or link of the start page that begins the sign-on, by its name. */
  readonly click?: string;
  /** Called after each case. */
  readonly onFinding?: (finding: Finding, done: number, all: number) => void;
  /** Stops the checkup, and takes back what it has changed. */
  readonly signal?: AbortSignal;
}
