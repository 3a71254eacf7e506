/** The exercises of the lab, in order. Their numbers are their places, from 1: /__mock/lab/3 is the third. */
import { mixUp } from './exercise-mix-up.js';
import { phishing } from './exercise-phishing.js';
import { codeAttacks } from './exercises-code.js';
import { honestSignOn } from './lab-first.js';

export const exercises = [honestSignOn, ...codeAttacks, mixUp, phishing];

/** Every combination of what an exercise's switches allow: `{ pkce: 'off', enforcement: 'OPTIONAL' }` and so on. */
export const settingsOf = ({ switches = [] }) =>
  switches.reduce((all, { key, options }) => all.flatMap((each) => options.map(([value]) => ({ ...each, [key]: value }))), [{}]);

/** A combination in words, as "PKCE off, OPTIONAL". */
export const settingText = ({ switches = [] }, chosen) =>
  switches.map(({ key, short, options }) => `${short} ${options.find(([value]) => value === chosen[key])?.[1] ?? ''}`.trim()).join(', ');

/** A short name for each outcome: a sign, words, and whether it is good. */
export const outcomes = {
  stolen: ['✗', 'tokens stolen', 'bad'],
  token: ['✓', 'refused at /token', 'good'],
  authorize: ['✓', 'refused at /authorize', 'good'],
  revoked: ['✓', 'refused, tokens revoked', 'good'],
  kept: ['✗', 'refused, tokens kept', 'bad'],
  callback: ['✓', 'refused by the shop', 'good'],
  refused: ['✓', 'refused at the sign-on', 'good'],
  done: ['✓', 'signed on', 'good'],
};

/** Why an attack ended as it did. */
export const reason = ({ why }, outcome, chosen) => {
  const text = why[outcome];
  return typeof text === 'function' ? text(chosen) : text;
};
