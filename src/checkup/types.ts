import type { Browser, Trail } from './browser.js';
import type { Mend, Recognised } from './libraries/recognise.js';

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
  /** The authorization request. */
  readonly request: URL;
  /** The cookies of the application before the person signed on. */
  readonly cookiesBefore: ReadonlyMap<string, string>;
}

/** What a case is given to play with. */
export interface Stage {
  readonly clientId: string;
  /** A browser, a new one by default, begins at the start address, or at another one. */
  begin(start?: URL, browser?: Browser): Promise<Begun>;
  /** The person signs on: the callback, with its code and state. */
  signOn(begun: Begun): Promise<URL>;
  /** The application gets a callback. */
  callBack(begun: Begun, callback: URL): Promise<Outcome>;
  /** All three. */
  whole(): Promise<Outcome>;
  /** A browser in which nothing has happened yet. */
  newBrowser(): Promise<Browser>;
  /** The start address with another parameter. */
  startWith(name: string, value: string): URL;
  /** The verdict on an outcome: crashed, accepted where it succeeded, else refused. */
  judge(outcome: Outcome): Result;
  /** Whether an outcome is what a sign-on without tricks leads to. */
  succeeded(outcome: Outcome): boolean;
  /** The sign-ons without tricks that came first. */
  readonly honest: readonly { readonly begun: Begun; readonly callback: URL; readonly outcome: Outcome }[];
  /** The claims of the ID token of the first sign-on without tricks, if the application got one. */
  honestIdToken(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The code_verifiers that the application sent so far. */
  verifiers(): Promise<readonly string[]>;
  /** How many requests of an endpoint came since this case began. */
  asked(endpoint: string): Promise<number>;
  /** Changes answers of the mock until the case is over. */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  rule(on: string, set: Readonly<Record<string, unknown>>): Promise<void>;
  /** The issuer signs this client's tokens with a key that was not in its JWKS before. */
  rotateKeys(): Promise<void>;
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

export const groups = ['response', 'pkce', 'id token', 'token answer', 'keys', 'session', 'clock'] as const;
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
  /** The line that mends it, for a library that was recognised. */
  readonly mend?: Mend | undefined;
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
  /** What was taken as success: only sign-ons without tricks have all of it. */
  readonly success: readonly string[];
  /** The libraries that the application seems to use. */
  readonly libraries: readonly Recognised[];
  readonly findings: readonly Finding[];
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
  /** What the application's project declares, to recognise its libraries: see `declaredIn`. */
  readonly declared?: readonly string[];
  /** Called once the sign-ons without tricks have succeeded, with the report so far and the number of cases. */
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
