import type { EndpointName } from '../journal/endpoints.js';
import type { HookedRequest, Hooks, TokenDraft } from './hooks.js';

/** A hook as data: on this endpoint, for these requests, set these values. */
export interface NewClaimsRule {
  readonly on: EndpointName;
  readonly match?: {
    readonly client?: string | undefined;
    readonly grantType?: string | undefined;
    readonly username?: string | undefined;
  };
  /** On "token": id_token.NAME and access_token.NAME, or response.NAME for members of the answer; elsewhere members of the answer. null takes a member away. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Default: always. */
  readonly times?: number | undefined;
  /** The lease that it ends with. */
  readonly lease?: string | undefined;
}

export interface ClaimsRule extends NewClaimsRule {
  readonly id: string;
}

/** The claims rules of one environment. */
export interface ClaimsRules {
  add(rule: NewClaimsRule): ClaimsRule | Promise<ClaimsRule>;
  list(): ClaimsRule[];
  /** False where there is none. */
  remove(id: string): boolean | Promise<boolean>;
  clear(): void | Promise<void>;
}

const fits = ({ match = {} }: NewClaimsRule, request: HookedRequest): boolean =>
  (match.client === undefined || match.client === request.client) &&
  (match.grantType === undefined || match.grantType === request.grantType) &&
  (match.username === undefined || match.username === request.username);

function put(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value === null) delete target[name];
  else target[name] = value;
}

/** A name without its prefix; undefined if it has another prefix. Claims may contain dots. */
const behind = (name: string, prefix: string): string | undefined => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);

const answerPrefix = 'response.';

/** Whether a rule on "token" sets members of the answer, not claims of tokens. */
export const isOfAnswer = ({ on, set }: Pick<NewClaimsRule, 'on' | 'set'>): boolean =>
  on === 'token' && Object.keys(set).length > 0 && Object.keys(set).every((name) => name.startsWith(answerPrefix));

function setClaims(set: NewClaimsRule['set'], idToken: TokenDraft, accessToken: TokenDraft): void {
  for (const [name, value] of Object.entries(set)) {
    const [ofIdToken, ofAccessToken] = [behind(name, 'id_token.'), behind(name, 'access_token.')];
    if (ofIdToken !== undefined) put(idToken.payload, ofIdToken, value);
    if (ofAccessToken !== undefined) put(accessToken.payload, ofAccessToken, value);
  }
}

/** Whether a rule applies to a request, which uses it up once. */
type Due = (request: HookedRequest, fits: (request: HookedRequest) => boolean) => boolean | Promise<boolean>;

/** Adds the hook that a rule is; returns the function that removes it. */
export function hookRule(hooks: Hooks, rule: ClaimsRule, due: Due): () => void {
  const whenDue = (request: HookedRequest, change: () => void): void | Promise<void> => {
    const isDue = due(request, (asked) => fits(rule, asked));
    if (typeof isDue !== 'boolean') return isDue.then((left) => (left ? change() : undefined));
    return isDue ? change() : undefined;
  };
  if (rule.on === 'token' && !isOfAnswer(rule))
    return hooks.on('token.before-sign', ({ idToken, accessToken, request }) =>
      whenDue(request, () => setClaims(rule.set, idToken, accessToken)),
    );
  return hooks.on(`${rule.on}.before-response`, ({ body, request }) =>
    whenDue(request, () => {
      for (const [name, value] of Object.entries(rule.set))
        put(body, (rule.on === 'token' ? behind(name, answerPrefix) : undefined) ?? name, value);
    }),
  );
}

/**
 * ClaimsRules are hooks that are made of data: they take effect where hooks do.
 * @param capacity the most rules; one more replaces the oldest
 */
export function createClaimsRules(hooks: Hooks, newId: () => string, capacity = 1000): ClaimsRules {
  const rules = new Map<string, { rule: ClaimsRule; remove: () => void }>();

  const remove = (id: string): boolean => {
    rules.get(id)?.remove();
    return rules.delete(id);
  };

  return {
    add(given) {
      const rule: ClaimsRule = { ...given, id: newId() };
      let left = given.times ?? Number.POSITIVE_INFINITY;
      const end = hookRule(hooks, rule, (request, fitsRule) => {
        if (!fitsRule(request) || left <= 0) return false;
        left -= 1;
        if (left <= 0) remove(rule.id);
        return true;
      });
      rules.set(rule.id, { rule, remove: end });
      if (rules.size > capacity) remove(rules.keys().next().value as string);
      return rule;
    },
    list: () => [...rules.values()].map(({ rule }) => rule),
    remove,
    clear() {
      for (const id of [...rules.keys()]) remove(id);
    },
  };
}
