import { hiddenSecrets } from './hidden.js';
import { injectCode } from './inject-code.js';
import type { Case, Result, Stage } from './types.js';

const group = 'pkce';

/** A case that is decided by what was seen in the ordinary sign-ons. */
const seen = (
  row: Omit<Case, 'run' | 'group' | 'expects'>,
  judge: (stage: Stage) => Promise<string | undefined> | string | undefined,
): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage): Promise<Result> {
    if (!usesCode(stage)) return noCode;
    const problem = await judge(stage);
    return problem === undefined ? { verdict: 'refused' } : { verdict: 'accepted', remark: problem };
  },
});

const parameterOf = (stage: Stage, name: string): (string | null)[] => stage.honest.map(({ begun }) => begun.parameters.get(name));
const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Requests that are only begun. */
async function tenOf(stage: Stage, name: string): Promise<(string | null)[]> {
  const values: (string | null)[] = [];
  for (let count = 0; count < 10; count += 1) values.push((await stage.begin()).parameters.get(name));
  return values;
}

const noPkce = 'it sends no code_challenge';
const noCode: Result = { verdict: 'does not apply', remark: 'the application asks for no code' };
const usesCode = (stage: Stage): boolean => parameterOf(stage, 'response_type').some((type) => /\bcode\b/.test(type ?? ''));
const usesPkce = (stage: Stage): boolean => parameterOf(stage, 'code_challenge').every((value) => value !== null);

/** A case about the verifier, for clients that have one. */
const ofVerifier = (
  row: Omit<Case, 'run' | 'group' | 'expects'>,
  judge: (verifiers: readonly string[], stage: Stage) => Promise<string | undefined> | string | undefined,
): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage): Promise<Result> {
    const verifiers = await stage.verifiers();
    if (!usesPkce(stage)) return { verdict: 'does not apply', remark: noPkce };
    if (!verifiers) return hiddenSecrets;
    const problem = await judge(verifiers, stage);
    return problem === undefined ? { verdict: 'refused' } : { verdict: 'accepted', remark: problem };
  },
});

/** Whether a text that somebody may keep has one of the verifiers. */
const hasOne = (verifiers: readonly string[], text: unknown): boolean => {
  const plain = String(text);
  return verifiers.some((verifier) => plain.includes(verifier) || plain.includes(encodeURIComponent(verifier)));
};

/** How the application itself uses PKCE and state. `refused` means that there is nothing to accept. */
export const pkceCases: readonly Case[] = [
  seen(
    {
      id: 'pkce-missing',
      title: 'The application uses PKCE',
      spec: 'RFC 7636 §4.3, RFC 9700 §2.1.1',
      must: 'Send code_challenge with every authorization request.',
      gain: 'A stolen code is enough to get the person’s tokens.',
    },
    (stage) => (usesPkce(stage) ? undefined : noPkce),
  ),
  seen(
    {
      id: 'pkce-method',
      title: 'The challenge is a hash',
      spec: 'RFC 7636 §4.2',
      must: 'Use code_challenge_method=S256.',
      gain: 'Anyone who sees the authorization request has the verifier as well.',
    },
    (stage) => {
      const [method] = parameterOf(stage, 'code_challenge_method');
      return usesPkce(stage) && method !== 'S256' ? `code_challenge_method is ${method ?? 'left out, so plain'}` : undefined;
    },
  ),
  seen(
    {
      id: 'pkce-challenge-reused',
      title: 'Every sign-on has a new challenge',
      spec: 'RFC 7636 §7.1',
      must: 'Make a new verifier for each authorization request.',
      gain: 'A code of one sign-on can be redeemed with the verifier of another.',
    },
    async (stage) =>
      usesPkce(stage) && !distinct(await tenOf(stage, 'code_challenge')) ? 'ten requests had fewer than ten challenges' : undefined,
  ),
  {
    id: 'state-reused',
    group,
    expects: 'refused',
    title: 'Every sign-on has a new state',
    spec: 'RFC 9700 §2.1, RFC 6749 §10.10',
    must: 'Make a new, random state for each authorization request, or a new challenge or nonce.',
    gain: 'An attacker knows all that a callback has to bring, and signs the person on to the attacker’s account.',
    async run(stage): Promise<Result> {
      if (distinct(await tenOf(stage, 'state'))) return { verdict: 'refused' };
      for (const name of ['code_challenge', 'nonce'])
        if (distinct(await tenOf(stage, name)))
          return { verdict: 'does not apply', remark: `it keeps something else in state; a new ${name} binds each sign-on to its browser` };
      return { verdict: 'accepted', remark: 'nothing in ten requests was new each time: not state, nor challenge, nor nonce' };
    },
  },
  ofVerifier(
    {
      id: 'pkce-verifier-form',
      title: 'The verifier has the right form',
      spec: 'RFC 7636 §4.1',
      must: 'Use 43 to 128 of the characters A-Z a-z 0-9 - . _ ~.',
      gain: 'Servers refuse the verifier, or it is easy to guess.',
    },
    (verifiers) => {
      const wrong = verifiers.find((verifier) => !/^[\w.~-]{43,128}$/.test(verifier));
      return wrong === undefined ? undefined : `a verifier of ${wrong.length} characters: ${wrong.slice(0, 20)}`;
    },
  ),
  ofVerifier(
    {
      id: 'pkce-verifier-guessable',
      title: 'The verifier is random',
      spec: 'RFC 7636 §7.1',
      must: 'Make it of 32 bytes from a source of randomness for cryptography.',
      gain: 'An attacker computes the verifier, and redeems a stolen code.',
    },
    (verifiers) => {
      const poor = verifiers.find((verifier) => new Set(verifier).size < 12);
      if (poor !== undefined) return `a verifier has only ${new Set(poor).size} different characters`;
      const [first = '', ...others] = verifiers;
      const shared = Array.from(first).findIndex((letter, at) => others.some((other) => other[at] !== letter));
      return others.length > 0 && (shared < 0 || shared > 12)
        ? `verifiers begin with the same ${shared < 0 ? first.length : shared} characters`
        : undefined;
    },
  ),
  ofVerifier(
    {
      id: 'pkce-verifier-in-address',
      title: 'The verifier stays out of addresses',
      spec: 'RFC 7636 §7.5, RFC 9700 §4.2',
      must: 'Keep it in the session, and send it only in the body of the token request.',
      gain: 'Histories, logs and Referer headers have the verifier beside the code.',
    },
    (verifiers, { honest }) => {
      const addresses = honest.flatMap(({ begun, outcome }) => [
        begun.request,
        ...[begun.trail, outcome.trail].flatMap(({ visits }) => visits.map(({ url }) => url)),
      ]);
      const plain = honest.every(({ begun }) => begun.parameters.get('code_challenge_method') !== 'S256');
      const found = plain ? undefined : addresses.find(({ href }) => hasOne(verifiers, href));
      return found && `it is in ${found.origin}${found.pathname}`;
    },
  ),
  ofVerifier(
    {
      id: 'pkce-verifier-in-log',
      title: 'The verifier stays out of what servers log',
      spec: 'RFC 7636 §7.5, RFC 9700 §4.2',
      must: 'Send the verifier in the body of the token request, and nowhere else: not in a query, not in another request.',
      gain: 'Anyone who reads the provider’s logs has the verifier beside the code.',
    },
    async (verifiers, stage) => {
      // A plain challenge is the verifier, and in the authorization request by design.
      const requests = (await stage.seen()).filter(({ url }) => !/\/as\/(authorize|resume)\b/.test(url));
      const found = requests.find(({ url, form, client }) => {
        const { code_verifier: _, ...others } = form;
        return hasOne(verifiers, url) || (client === stage.clientId && hasOne(verifiers, JSON.stringify(others)));
      });
      return found && `it is in a request for ${found.url.split('?', 1)[0]}`;
    },
  ),
  ofVerifier(
    {
      id: 'pkce-verifier-in-referer',
      title: 'The verifier stays out of Referer',
      spec: 'RFC 9700 §4.2',
      must: 'Keep it out of the addresses of pages, and send Referrer-Policy: no-referrer from the callback.',
      gain: 'Every site from which the page loads something has the verifier.',
    },
    async (verifiers, stage) => {
      const found = (await stage.seen()).find(({ headers }) => hasOne(verifiers, headers.referer));
      return found && `it is in the Referer of a request for ${found.url.split('?', 1)[0]}`;
    },
  ),
  {
    id: 'pkce-challenge-ignored',
    group,
    expects: 'refused',
    title: 'The server ignores the challenge, and a stolen code is put into this callback',
    spec: 'RFC 9700 §2.1.1, RFC 9700 §4.5',
    must: 'Check the nonce of the ID token as well: it notices the stolen code where the server does not.',
    gain: 'With a server that does not compare the challenge, a stolen code signs the attacker on as that person.',
    async run(stage) {
      if (!usesPkce(stage)) return { verdict: 'does not apply', remark: noPkce };
      await stage.fault({ pkce: 'challenge-ignored', client_id: stage.clientId, times: 'always' });
      return injectCode(stage);
    },
  },
];
