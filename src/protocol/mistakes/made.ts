/** Ten mistakes with PKCE to make on purpose, each of which the diagnosis names exactly: for a person who wants to see them. */
import { s256 } from '../pkce.js';
import { sha256, url } from './pkce-evidence.js';

/** What a client sends: without a challenge or a verifier if it forgets to send them. */
export interface MadePair {
  readonly challenge?: string;
  readonly method?: string;
  readonly verifier?: string;
}

export interface MadeMistake {
  /** The code of the diagnosis that names it. */
  readonly code: string;
  /** What the client does, as the label of a button: "Hash the verifier twice". */
  readonly label: string;
  /** Makes the pair from a right verifier: 43 characters of base64url. */
  make(verifier: string): MadePair;
}

const method = 'S256';

export const madeMistakes: readonly MadeMistake[] = [
  { code: 'challenge_missing', label: 'Forget code_challenge', make: (verifier) => ({ verifier }) },
  { code: 'method_missing', label: 'Forget code_challenge_method', make: (verifier) => ({ verifier, challenge: s256(verifier) }) },
  {
    code: 'plain',
    label: 'Do not hash the verifier',
    make: (verifier) => {
      // The last letter of 32 bytes carries four bits. With six it cannot be taken for a hash.
      const sent = `${verifier.slice(0, -1)}B`;
      return { verifier: sent, challenge: sent, method };
    },
  },
  { code: 'swapped', label: 'Swap the two', make: (verifier) => ({ verifier: s256(verifier), challenge: verifier, method }) },
  {
    code: 'object_as_text',
    label: 'Turn the hash into text: [object ArrayBuffer]',
    make: (verifier) => ({ verifier, challenge: url(Buffer.from('[object ArrayBuffer]')), method }),
  },
  {
    code: 'decoded_verifier',
    label: 'Hash the bytes behind the verifier',
    make: (verifier) => ({ verifier, challenge: url(sha256(Buffer.from(verifier, 'base64url'))), method }),
  },
  {
    code: 'hash_of_challenge',
    label: 'Hash the challenge again',
    make: (verifier) => ({ verifier, challenge: s256(s256(verifier)), method }),
  },
  {
    code: 'trailing_newline',
    label: 'Hash a line break as well (echo)',
    make: (verifier) => ({ verifier, challenge: s256(`${verifier}\n`), method }),
  },
  { code: 'verifier_missing', label: 'Forget code_verifier', make: (verifier) => ({ challenge: s256(verifier), method }) },
  {
    code: 'missing_value',
    label: 'Lose the verifier: send “undefined”',
    make: (verifier) => ({ verifier: 'undefined', challenge: s256(verifier), method }),
  },
];
