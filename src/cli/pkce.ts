import { createRandom } from '../lib/random.js';
import { decide } from '../protocol/check.js';
import { diagnosePkce, type Language, languageNames, pkceSnippets } from '../protocol/mistakes/index.js';
import { transform, verifyPkce } from '../protocol/pkce.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { diagnosisText } from './diagnosis-text.js';

const readMethod = (method = 'S256'): 'S256' | 'plain' => {
  if (method === 'S256' || method === 'plain') return method;
  throw new SettingsError(`--method is ${JSON.stringify(method)}; expected S256 or plain`);
};

const readLanguage = (language = 'javascript'): Language => {
  if (Object.hasOwn(languageNames, language)) return language as Language;
  throw new SettingsError(`--language is ${JSON.stringify(language)}; expected ${Object.keys(languageNames).join(', ')}`);
};

/** Makes a pair, prints a verifier's challenge, or explains why a pair does not match. Needs no server. */
export const pkce: Run = async ({ argv, output }) => {
  const { values, words } = readArguments(argv, { check: 'text', method: 'text', language: 'text', json: 'alone' }, 1);
  const [method, language] = [readMethod(values.method), readLanguage(values.language)];
  const [given] = words;
  if (given === undefined && values.check !== undefined)
    throw new SettingsError('--check needs a verifier: pingone-mock pkce VERIFIER --check CHALLENGE');

  const verifier = given ?? createRandom().bytes(32).toString('base64url');
  const right = transform(verifier, method);
  const challenge = values.check ?? right;
  const diagnosis = diagnosePkce({ challenge, method, verifier });
  const check = decide(verifyPkce({ value: challenge, method }, verifier)).refusedBy;
  if (values.json) {
    const checked = values.check === undefined ? {} : { expected: right, match: check === undefined };
    output.write(`${JSON.stringify({ verifier, challenge, method, ...checked, ...(diagnosis && { diagnosis }) })}\n`);
  } else if (diagnosis) output.write(diagnosisText(diagnosis, diagnosis.snippet && pkceSnippets[language]));
  else if (values.check !== undefined) output.write('✓ the verifier matches the challenge\n');
  else output.write(`code_verifier          ${verifier}\ncode_challenge         ${challenge}\ncode_challenge_method  ${method}\n`);
  return diagnosis ? 1 : 0;
};
