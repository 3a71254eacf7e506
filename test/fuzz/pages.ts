import { environmentId } from '../helpers/server.js';
import type { Chance } from './chance.js';
import { isLeft, type Operation, type Target } from './described.js';
import { encode, encodePairs, type FuzzRequest, formType, headerValue } from './request.js';
import { hostileText } from './values.js';

/** Requests to the pages, and to what else no OpenAPI document describes. */

export interface Page {
  readonly method: string;
  /** As in an OpenAPI document. */
  readonly path: string;
}

/** The routes that are no operation; what is below /as has requests of its own. */
export const pagesOf = (routes: readonly { readonly method: string; readonly url: string }[], operations: readonly Operation[]): Page[] =>
  routes
    .map(({ method, url }) => ({ method, path: url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{rest}') }))
    .filter(
      ({ method, path }) =>
        !isLeft(method, path) && !path.includes('/as/') && !operations.some((one) => one.method === method && one.path === path),
    );

const files = ['live.js', 'page.js', 'style.css', 'inspector.css', 'tokens.js', 'lab.js'] as const;
const types = ['text/html', '*/*', 'application/json', 'text/event-stream;q=0', 'image/png'] as const;

const segment = (name: string, { seen }: Target, chance: Chance): string => {
  if (chance.oneIn(12)) return encode(hostileText(chance, environmentId)) || '%00';
  if (name === 'environmentId') return environmentId;
  if (name === 'rest') return chance.pick<string>(files);
  return seen.id(chance);
};

/** Fields that the forms of the pages have. */
const fields = {
  username: ['alice', 'bob'],
  password: ['Alice-Passw0rd', 'Bob-Passw0rd1'],
  action: ['signOn', 'forgot', 'deny', 'approve', 'cancel'],
  approve: ['true', 'false'],
  id: ['x'],
  testUser: ['alice'],
  user_code: ['ABCD-EFGH'],
} as const;

export function pageRequest(pages: readonly Page[], target: Target, chance: Chance): FuzzRequest {
  const { method, path } = chance.pick(pages as [Page, ...Page[]]);
  const known = path.includes('{file}') && !chance.oneIn(4) ? target.places.pathOf(path, chance) : undefined;
  const names = ['flowId', 'transaction', 'environment', 'token', 'state', 'code', 'error', 'q', 'v'] as const;
  const query = encodePairs(
    Array.from({ length: chance.below(3) }, () => [
      chance.oneIn(12) ? hostileText(chance) : chance.pick<string>(names),
      chance.oneIn(3) ? target.seen.id(chance) : hostileText(chance),
    ]),
  );
  const form = Object.entries(fields)
    .filter(() => chance.oneIn(2))
    .map(([name, values]) => [name, chance.oneIn(4) ? hostileText(chance) : chance.pick<string>(values)] as const);
  const filled = known?.path ?? path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, target, chance));
  return {
    method,
    path: `${filled}${query === '' ? '' : `?${query.slice(0, 6000)}`}`,
    headers: {
      ...(chance.oneIn(3) && { accept: headerValue(chance.oneIn(5) ? hostileText(chance) : chance.pick<string>(types)) }),
      ...(chance.oneIn(9) && { 'if-none-match': headerValue(hostileText(chance, '"a"')) }),
      ...(chance.oneIn(9) && { range: headerValue(hostileText(chance, 'bytes=0-10')) }),
      ...(chance.oneIn(9) && { cookie: headerValue(hostileText(chance, 'ST=a')) }),
      ...(chance.oneIn(9) && { 'sec-fetch-site': chance.pick(['same-origin', 'cross-site', 'none']) }),
      ...(method === 'POST' && { 'content-type': chance.oneIn(9) ? 'application/json' : formType }),
    },
    body: method === 'POST' ? encodePairs(form) : undefined,
  };
}
