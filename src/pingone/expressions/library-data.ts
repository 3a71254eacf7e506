import type { Call, Library, Returned } from './call.js';
import { areSame, type Value } from './values.js';

const has = ({ budget }: Call, list: readonly Value[], wanted: Value): boolean => list.some((one) => areSame(one, wanted, budget));

const onTwo =
  (make: (call: Call, first: readonly Value[], second: readonly Value[]) => Returned) =>
  (call: Call): Returned => {
    call.count(2);
    return make(call, call.listOrEmpty(0), call.listOrEmpty(1));
  };

/** `#data` (docs/fidelity.md, 6.6). Types of numbers count: a float is never a double. */
export const dataLibrary: Library = {
  indexOf: (call) => {
    call.count(2);
    return call.listOrEmpty(0).findIndex((one) => areSame(one, call.value(1), call.budget));
  },
  isNotEmpty: (call) => {
    call.count(1);
    return call.listOrEmpty(0).length > 0;
  },
  containsAll: onTwo((call, list, wanted) => wanted.every((one) => has(call, list, one))),
  containsAny: onTwo((call, list, wanted) => wanted.some((one) => has(call, list, one))),
  removeAll: onTwo((call, list, unwanted) => list.filter((one) => !has(call, unwanted, one))),
  retainAll: onTwo((call, list, wanted) => list.filter((one) => has(call, wanted, one))),
  union: onTwo(({ budget }, list, other) => budget.list([...list, ...other])),
  size: (call) => {
    call.count(1);
    return call.listOrEmpty(0).length;
  },
  equals: onTwo(
    ({ budget }, list, other) => list.length === other.length && list.every((one, at) => areSame(one, other[at] ?? null, budget)),
  ),
};
