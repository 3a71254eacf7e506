import type { Budget } from './limits.js';
import { type Edge, parseTerms, type Term } from './pattern-parser.js';
import { type CharacterSet, endsLine, isWord } from './pattern-sets.js';

/** What the matcher does at one place of its program. */
type Instruction =
  | { readonly do: 'set'; readonly has: CharacterSet }
  /** Goes on at one place, and at the other if that fails. */
  | { readonly do: 'split'; readonly first: number; readonly second: number }
  | { readonly do: 'jump'; readonly to: number }
  | { readonly do: 'save'; readonly slot: number }
  /** Fails unless the position moved since it was saved: an empty repetition would never end. */
  | { readonly do: 'moved'; readonly slot: number }
  | { readonly do: 'edge'; readonly edge: Edge }
  | { readonly do: 'look'; readonly behind: boolean; readonly negative: boolean; readonly program: Program }
  | { readonly do: 'atomic'; readonly program: Program }
  | { readonly do: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly do: 'done' };

type Program = readonly Instruction[];

/** A regular expression, ready to be matched. */
export interface Pattern {
  readonly program: Program;
  readonly slots: number;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** A match: where it is, and what its groups hold. */
export interface Match {
  readonly from: number;
  readonly to: number;
  /** The whole match, then its groups; undefined for one that took no part. */
  readonly groups: readonly (string | undefined)[];
  readonly names: ReadonlyMap<string, number>;
}

const mostInstructions = 20_000;

/**
 * Prepares a regular expression. It is never given to JavaScript's own engine, whose work has no bound.
 * @throws {ExpressionError} if it cannot be read, or is too large
 */
export function parsePattern(source: string, budget: Budget): Pattern {
  const { term, groups, names } = parseTerms(source, budget);
  let slots = 2 * (groups + 1);
  let size = 0;

  const compile = (root: Term): Program => {
    const program: Instruction[] = [];
    const emit = (instruction: Instruction): number => {
      size += 1;
      budget.spend();
      if (size > mostInstructions) throw budget.error('the regular expression is too large');
      return program.push(instruction) - 1;
    };
    const split = (at: number, next: number, other: number, lazy: boolean): void => {
      program[at] = { do: 'split', first: lazy ? other : next, second: lazy ? next : other };
    };
    const either = (terms: readonly Term[]): void => {
      const outs: number[] = [];
      for (const [index, option] of terms.entries()) {
        if (index === terms.length - 1) {
          write(option);
          break;
        }
        const fork = emit({ do: 'jump', to: 0 });
        write(option);
        outs.push(emit({ do: 'jump', to: 0 }));
        split(fork, fork + 1, program.length, false);
      }
      for (const out of outs) program[out] = { do: 'jump', to: program.length };
    };
    const repeat = ({ term: inner, least, most, lazy }: Term & { kind: 'repeat' }): void => {
      for (let count = 0; count < least; count += 1) write(inner);
      if (most === Number.POSITIVE_INFINITY) {
        const slot = slots++;
        const fork = emit({ do: 'jump', to: 0 });
        emit({ do: 'save', slot });
        write(inner);
        emit({ do: 'moved', slot });
        emit({ do: 'jump', to: fork });
        split(fork, fork + 1, program.length, lazy);
        return;
      }
      const forks: number[] = [];
      for (let count = least; count < most; count += 1) {
        forks.push(emit({ do: 'jump', to: 0 }));
        write(inner);
      }
      for (const fork of forks) split(fork, fork + 1, program.length, lazy);
    };
    const write = (one: Term): void => {
      switch (one.kind) {
        case 'set':
          emit({ do: 'set', has: one.has });
          return;
        case 'sequence':
          for (const part of one.terms) write(part);
          return;
        case 'either':
          either(one.terms);
          return;
        case 'repeat':
          repeat(one);
          return;
        case 'group':
          emit({ do: 'save', slot: 2 * one.index });
          write(one.term);
          emit({ do: 'save', slot: 2 * one.index + 1 });
          return;
        case 'atomic':
          emit({ do: 'atomic', program: compile(one.term) });
          return;
        case 'look':
          emit({ do: 'look', behind: one.behind, negative: one.negative, program: compile(one.term) });
          return;
        case 'back':
          emit({ do: 'back', index: one.index, ignoreCase: one.ignoreCase });
          return;
        case 'edge':
          emit({ do: 'edge', edge: one.edge });
      }
    };
    write(root);
    emit({ do: 'done' });
    return program;
  };

  const program = compile(term);
  return { program, slots, groups, names };
}

const isWordAt = (input: string, at: number): boolean => at >= 0 && at < input.length && isWord(input.charCodeAt(at));
const endsLineAt = (input: string, at: number): boolean => at >= 0 && at < input.length && endsLine(input.charCodeAt(at));

function holdsEdge(edge: Edge, input: string, at: number): boolean {
  switch (edge) {
    case 'inputStart':
      return at === 0;
    case 'inputEnd':
      return at === input.length;
    case 'lastLineEnd':
      return at === input.length || (at === input.length - 1 && endsLineAt(input, at));
    case 'lineStart':
      return at === 0 || endsLineAt(input, at - 1);
    case 'lineEnd':
      return at === input.length || endsLineAt(input, at);
    default:
      return (isWordAt(input, at - 1) !== isWordAt(input, at)) === (edge === 'word');
  }
}

type Slots = readonly (number | undefined)[];
interface Reached {
  readonly at: number;
  readonly slots: Slots;
}

/** Runs a program from a position: by trying, and going back to the last choice on failure. Each step is counted. */
function run(program: Program, input: string, from: number, start: Slots, budget: Budget, end?: number): Reached | undefined {
  const choices: { place: number; at: number; slots: Slots }[] = [];
  let place = 0;
  let at = from;
  let slots = start;
  for (;;) {
    budget.spend();
    const step = program[place] ?? { do: 'done' };
    let ok = true;
    place += 1;
    switch (step.do) {
      case 'done':
        if (end === undefined || at === end) return { at, slots };
        ok = false;
        break;
      case 'set': {
        const code = input.codePointAt(at);
        ok = code !== undefined && step.has(code);
        at += code !== undefined && code > 0xffff ? 2 : 1;
        break;
      }
      case 'split':
        choices.push({ place: step.second, at, slots });
        place = step.first;
        break;
      case 'jump':
        place = step.to;
        break;
      case 'save':
        budget.spend(slots.length >> 5);
        slots = slots.with(step.slot, at);
        break;
      case 'moved':
        ok = slots[step.slot] !== at;
        break;
      case 'edge':
        ok = holdsEdge(step.edge, input, at);
        break;
      case 'atomic': {
        const inner = run(step.program, input, at, slots, budget);
        ok = inner !== undefined;
        if (inner) ({ at, slots } = inner);
        break;
      }
      case 'look': {
        const seen = step.behind ? lookBehind(step.program, input, at, slots, budget) : run(step.program, input, at, slots, budget);
        ok = (seen === undefined) === step.negative;
        if (seen && !step.negative) ({ slots } = seen);
        break;
      }
      case 'back': {
        const text = groupOf(input, slots, step.index);
        const there = text === undefined ? '' : input.slice(at, at + text.length);
        budget.spend(text === undefined ? 0 : text.length >> 4);
        ok = text !== undefined && (text === there || (step.ignoreCase && text.toLowerCase() === there.toLowerCase()));
        at += text?.length ?? 0;
      }
    }
    if (ok) continue;
    const choice = choices.pop();
    if (!choice) return undefined;
    ({ place, at, slots } = choice);
  }
}

function lookBehind(program: Program, input: string, at: number, slots: Slots, budget: Budget): Reached | undefined {
  for (let from = at; from >= 0; from -= 1) {
    const seen = run(program, input, from, slots, budget, at);
    if (seen) return seen;
  }
  return undefined;
}

function groupOf(input: string, slots: Slots, index: number): string | undefined {
  const [from, to] = [slots[2 * index], slots[2 * index + 1]];
  return from === undefined || to === undefined ? undefined : input.slice(from, to);
}

const emptySlots = ({ slots }: Pattern): Slots => Array.from<undefined>({ length: slots });

/**
 * The match that begins at a position, if there is one.
 * @throws {ExpressionError} if it takes too many steps
 */
export function matchAt(pattern: Pattern, input: string, from: number, budget: Budget): Match | undefined {
  budget.spend(pattern.slots >> 5);
  const reached = run(pattern.program, input, from, emptySlots(pattern), budget);
  if (!reached) return undefined;
  const groups = Array.from({ length: pattern.groups + 1 }, (_, index) =>
    index === 0 ? input.slice(from, reached.at) : groupOf(input, reached.slots, index),
  );
  return { from, to: reached.at, groups, names: pattern.names };
}

/**
 * Whether a pattern matches the whole input.
 * @throws {ExpressionError} if it takes too many steps
 */
export const matchWhole = (pattern: Pattern, input: string, budget: Budget): boolean =>
  run(pattern.program, input, 0, emptySlots(pattern), budget, input.length) !== undefined;

/**
 * The replacement for a match, with `$1`, `${name}` and `\$` as in Java.
 * @throws {ExpressionError} if it names a group that does not exist
 */
export function expandReplacement(replacement: string, { groups, names }: Match, budget: Budget): string {
  return replacement.replace(
    /\\([\s\S])|\$(?:(\d)|\{([A-Za-z][A-Za-z0-9]*)\})?/g,
    (whole, escaped?: string, digit?: string, name?: string) => {
      if (escaped !== undefined) return escaped;
      const index = digit === undefined ? names.get(name ?? '') : Number(digit);
      if (index === undefined || index >= groups.length) throw budget.error(`the replacement names a group that does not exist: ${whole}`);
      return groups[index] ?? '';
    },
  );
}
