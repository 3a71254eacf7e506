import { askedClaimCases } from './asked-claim-cases.js';
import { claimCases } from './claim-cases.js';
import { clockCases } from './clock-cases.js';
import { discoveryCases } from './discovery-cases.js';
import { keyCases } from './key-cases.js';
import { pkceCases } from './pkce-cases.js';
import { refreshCases } from './refresh-cases.js';
import { responseCases } from './response-cases.js';
import { sessionCases } from './session-cases.js';
import { signOffCases } from './sign-off-cases.js';
import { signatureCases } from './signature-cases.js';
import { storageCases } from './storage-cases.js';
import { tokenAnswerCases } from './token-answer-cases.js';
import { type Case, groups } from './types.js';

const all: readonly Case[] = [
  ...pkceCases,
  ...sessionCases,
  ...storageCases,
  ...responseCases,
  ...signatureCases,
  ...claimCases,
  ...askedClaimCases,
  ...tokenAnswerCases,
  ...clockCases,
  ...refreshCases,
  ...signOffCases,
  ...discoveryCases,
  ...keyCases,
];

/** Every case, in the order in which they are run: group after group. */
export const cases: readonly Case[] = groups.flatMap((group) => all.filter((each) => each.group === group));
