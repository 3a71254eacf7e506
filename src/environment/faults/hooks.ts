import { type EndpointName, endpointNames } from '../journal/endpoints.js';

/** A token that is about to be signed, with whatever a hook puts into it. */
export interface TokenDraft {
  /** Whether the answer holds this token; a draft that is not issued may be changed without effect. */
  readonly issued: boolean;
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

/** What a hook learns about the request. */
export interface HookedRequest {
  readonly endpoint: EndpointName;
  readonly method: string;
  readonly url: string;
  readonly client?: string | undefined;
  readonly grantType?: string | undefined;
  readonly username?: string | undefined;
}

export interface TokensBeforeSign {
  readonly idToken: TokenDraft;
  readonly accessToken: TokenDraft;
  readonly request: HookedRequest;
}

/** An answer that is about to be sent, with whatever a hook changes. */
export interface ResponseDraft {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  readonly request: HookedRequest;
}

/** The hooks by name, with what each is given. `error.before-response` is for every answer from 400 on. */
export type HookArguments = { 'token.before-sign': TokensBeforeSign } & {
  [Name in EndpointName | 'error' as `${Name}.before-response`]: ResponseDraft;
};
export type HookName = keyof HookArguments;
export const hookNames: readonly HookName[] = [
  'token.before-sign',
  ...endpointNames.map((name) => `${name}.before-response` as const),
  'error.before-response',
];
export type Hook<Name extends HookName> = (argument: HookArguments[Name]) => void | Promise<void>;

/** What is done to tokens and answers before they are sent. */
export interface Hooks {
  /** Whether there are any. Every request asks. */
  readonly active: boolean;
  has(name: HookName): boolean;
  /** Returns the function that removes the hook. */
  on<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
  once<Name extends HookName>(name: Name, hook: Hook<Name>): () => void;
  /** One after the other, in the order in which they were added. */
  run<Name extends HookName>(name: Name, argument: HookArguments[Name]): Promise<void>;
  clear(): void;
}

interface Entry {
  readonly name: HookName;
  readonly hook: (argument: never) => void | Promise<void>;
  readonly once: boolean;
}

export function createHooks(): Hooks {
  const entries = new Set<Entry>();
  const add = (entry: Entry) => {
    entries.add(entry);
    hooks.active = true;
    return () => remove(entry);
  };
  const remove = (entry: Entry) => {
    entries.delete(entry);
    hooks.active = entries.size > 0;
  };
  const hooks: Hooks & { active: boolean } = {
    active: false,
    has: (name) => [...entries].some((entry) => entry.name === name),
    on: (name, hook) => add({ name, hook, once: false }),
    once: (name, hook) => add({ name, hook, once: true }),
    async run(name, argument) {
      const due = [...entries].filter((entry) => entry.name === name);
      // Removed before any of them runs: of two answers at once, one gets it.
      for (const entry of due) if (entry.once) remove(entry);
      for (const { hook } of due) await (hook as (argument: unknown) => void | Promise<void>)(argument);
    },
    clear() {
      entries.clear();
      hooks.active = false;
    },
  };
  return hooks;
}
