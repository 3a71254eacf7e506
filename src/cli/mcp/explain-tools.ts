import { object } from '../../lib/schema/types.js';
import { decide } from '../../protocol/check.js';
import { diagnosePkce, type Language, languageNames, pkceSnippets } from '../../protocol/mistakes/index.js';
import { transform, verifyPkce } from '../../protocol/pkce.js';
import { explain } from '../explain.js';
import { openOffline } from '../offline.js';
import { choice, environment, text, whole } from './arguments.js';
import { type Tool, tool } from './tool.js';

/** Tools that explain, and change nothing. */
export const explainTools: readonly Tool[] = [
  tool({
    name: 'explain_url',
    description:
      'Judge an authorization URL before it is used: each parameter as good, doubtful or wrong, by the application’s own settings in the mock, and how to fix it.',
    input: object({ url: text('The whole URL of the authorization request.') }, { environment }),
    readOnly: true,
    async run({ url, environment: id }, target) {
      if (!URL.canParse(url)) throw new Error('url: expected a complete URL, such as http://localhost:9400/ENVIRONMENT/as/authorize?…');
      const [, path = ''] = /^\/([^/]+)\/as\//.exec(new URL(url).pathname) ?? [];
      const seed = await target.controlIn(id ?? (path === '' ? undefined : path), '/seed').catch(() => target.controlIn(id, '/seed'));
      const findings = await explain(new URL(url), await openOffline({ config: JSON.stringify(seed) }), true);
      return { valid: findings.every(({ outcome }) => outcome !== 'fault'), findings };
    },
  }),
  tool({
    name: 'compare_pkce',
    description:
      'Compare a PKCE code_verifier with a code_challenge, and name the mistake where they do not match. Without a challenge: compute it.',
    input: object(
      { verifier: text('The code_verifier.') },
      {
        challenge: text('The code_challenge that the client sent.'),
        method: choice('The code_challenge_method. Default: S256.', 'S256', 'plain'),
        language: choice('The language of the correct code. Default: javascript.', ...(Object.keys(languageNames) as Language[])),
      },
    ),
    readOnly: true,
    run({ verifier, challenge, method = 'S256', language = 'javascript' }) {
      const expected = transform(verifier, method);
      if (challenge === undefined)
        return { challenge: expected, method, diagnosis: diagnosePkce({ challenge: expected, method, verifier }) };
      const match = decide(verifyPkce({ value: challenge, method }, verifier)).refusedBy === undefined;
      const diagnosis = diagnosePkce({ challenge, method, verifier });
      return { match, expected, ...(diagnosis && { diagnosis, ...(diagnosis.snippet && { code: pkceSnippets[language] }) }) };
    },
  }),
  tool({
    name: 'search_facts',
    description:
      'Search what the mock knows about PingOne’s behaviour: facts with their evidence (documented, recorded, inferred). Use it before you guess how PingOne answers.',
    input: object({ words: text('All of them must occur in a fact or its section’s title.') }, { limit: whole(1, 50, 'Default: 15.') }),
    readOnly: true,
    async run({ words, limit = 15 }) {
      const { fidelityRows } = await import('./apart.js');
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
      const found = fidelityRows.filter(({ section, fact }) => {
        const all = `${section} ${fact}`.toLowerCase();
        return wanted.every((word) => all.includes(word));
      });
      return { found: found.length, facts: found.slice(0, limit) };
    },
  }),
];
