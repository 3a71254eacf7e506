import type { Stored } from './browser.js';
import type { Case } from './types.js';

const isToken = (value: string): boolean => /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+/.test(value);

/** A case about one kind of web storage, which only a real browser has. */
const kept = (kind: keyof Stored, id: string, title: string, must: string, gain: string): Case => ({
  id,
  group: 'session',
  title,
  spec: 'OWASP ASVS 8.2.2',
  must,
  gain,
  expects: 'refused',
  async run({ honest }) {
    const stores = honest.flatMap(({ outcome }) => (outcome.trail.stored ? [outcome.trail.stored[kind]] : []));
    if (stores.length === 0) return { verdict: 'does not apply', remark: 'web storage is seen only in a browser (--browser)' };
    const [name] = stores.flatMap((store) => [...store]).find(([, value]) => isToken(value)) ?? [];
    return name === undefined ? { verdict: 'refused' } : { verdict: 'accepted', remark: `a token is kept there as ${name.slice(0, 100)}` };
  },
});

/** What a page keeps in the browser. */
export const storageCases: readonly Case[] = [
  kept(
    'local',
    'token-in-local-storage',
    'Tokens stay out of local storage',
    'Keep tokens in memory or on a server of its own, behind a cookie that scripts cannot read.',
    'One script that gets into any page of this origin, once, reads the tokens, also days after the sign-on.',
  ),
  kept(
    'session',
    'token-in-session-storage',
    'Tokens stay out of session storage',
    'Keep tokens in memory or on a server of its own, behind a cookie that scripts cannot read.',
    'One script that gets into the page reads the tokens, as long as the tab is open.',
  ),
];
