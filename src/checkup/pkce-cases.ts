import type { Case, Result, Stage } from './types.js';

const group = 'pkce';

/** A case that is decided by what was seen in the sign-ons without tricks. */
const seen = (
  row: Omit<Case, 'run' | 'group' | 'expects'>,
  judge: (stage: Stage) => Promise<string | undefined> | string | undefined,
): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage): Promise<Result> {
    const problem = await judge(stage);
    return problem === undefined ? { verdict: 'refused' } : { verdict: 'accepted', remark: problem };
  },
});

const parameterOf = (stage: Stage, name: string): (string | null)[] =>
  stage.honest.map(({ begun }) => begun.request.searchParams.get(name));
const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Requests that are only begun. */
async function tenOf(stage: Stage, name: string): Promise<(string | null)[]> {
  const values: (string | null)[] = [];
  for (let count = 0; count < 10; count += 1) values.push((await stage.begin()).request.searchParams.get(name));
  return values;
}

const noPkce = 'it sends no code_challenge';
const usesPkce = (stage: Stage): boolean => parameterOf(stage, 'code_challenge').every((value) => value !== null);

/** A case about the verifier, for clients that have one. */
const ofVerifier = (
  row: Omit<Case, 'run' | 'group' | 'expects'>,
  judge: (verifiers: readonly string[], stage: Stage) => string | undefined,
): Case => {
  const one = seen(row, async (stage) => judge(await stage.verifiers(), stage));
  return {
    ...one,
    run: async (stage) => (usesPkce(stage) ? one.run(stage) : { verdict: 'does not apply', remark: noPkce }),
  };
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
  seen(
    {
      id: 'state-reused',
      title: 'Every sign-on has a new state',
      spec: 'RFC 6749 §10.10',
      must: 'Make a new, random state for each authorization request.',
      gain: 'An attacker knows the state that a callback has to bring.',
    },
    async (stage) => {
      const states = await tenOf(stage, 'state');
      if (states.every((state) => state === null)) return usesPkce(stage) ? undefined : 'it sends neither state nor PKCE';
      return distinct(states) ? undefined : 'ten requests had fewer than ten states';
    },
  ),
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
      const plain = honest.every(({ begun }) => begun.request.searchParams.get('code_challenge_method') !== 'S256');
      const found = plain ? undefined : addresses.find(({ href }) => verifiers.some((verifier) => href.includes(verifier)));
      return found && `it is in ${found.origin}${found.pathname}`;
    },
  ),
];
