import type { Call, Library, Returned } from './call.js';
import { areEqual, isNumber, numberOf, type Value } from './values.js';

const mostPairs = 11;

/** What counts as true: a boolean, a number above 0, and a few words. */
function holds(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return ['true', 'on', 'y', 't', 'yes'].includes(value.toLowerCase());
  return isNumber(value) && numberOf(value) > 0;
}

function ifelse(call: Call): Returned {
  call.count(2, 2 * mostPairs + 1);
  const { args } = call;
  for (let at = 0; at + 1 < args.length; at += 2) if (holds(call.value(at))) return call.value(at + 1);
  return args.length % 2 === 1 ? args.at(-1) : null;
}

function switchExpr(call: Call): Returned {
  call.count(3, 2 * mostPairs);
  const { args, budget } = call;
  for (let at = 1; at + 1 < args.length; at += 2) if (areEqual(call.value(0), call.value(at), budget)) return call.value(at + 1);
  return args.length % 2 === 0 ? args.at(-1) : null;
}

/** `#core` (docs/fidelity.md, 6.6). */
export const coreLibrary: Library = { ifelse, switchExpr };
