import { PatternError } from './error.js';
import { type Budget, deepest } from './limits.js';
import {
  type CharacterSet,
  charactersByLetter,
  classByProperty,
  classesByLetter,
  endsLine,
  ignoringCase,
  isAnyOf,
  isBetween,
  isNot,
} from './pattern-sets.js';

/** A place between two characters: `^`, `$`, `\b` and the like. */
export type Edge = 'inputStart' | 'inputEnd' | 'lastLineEnd' | 'lineStart' | 'lineEnd' | 'word' | 'notWord';

/** A parsed regular expression. */
export type Term =
  | { readonly kind: 'set'; readonly has: CharacterSet }
  | { readonly kind: 'sequence' | 'either'; readonly terms: readonly Term[] }
  | { readonly kind: 'repeat'; readonly term: Term; readonly least: number; readonly most: number; readonly lazy: boolean }
  | { readonly kind: 'group'; readonly index: number; readonly term: Term }
  | { readonly kind: 'atomic'; readonly term: Term }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly term: Term }
  | { readonly kind: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly kind: 'edge'; readonly edge: Edge };

export interface ParsedPattern {
  readonly term: Term;
  /** How many groups there are. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

const mostRepeats = 1000;

/**
 * Parses a regular expression of Java, as far as PingOne's pages use them: sets, groups, alternatives, repetition, looking
 * ahead and behind, back references, the flags i, m and s.
 * @throws {PatternError} if Java would refuse it
 * @throws {ExpressionError} on anything else
 */
export function parseTerms(source: string, budget: Budget): ParsedPattern {
  budget.spend(1 + source.length);
  let at = 0;
  let depth = 0;
  let groups = 0;
  const names = new Map<string, number>();
  let flags = new Set<string>();

  const complaint = (message: string): string => `the regular expression cannot be read at position ${at}: ${message}`;
  const refuse = (message: string): never => {
    throw new PatternError(complaint(message), budget.at);
  };
  /** Refuses what Java may support. */
  const refuseUnknown = (message: string): never => {
    throw budget.error(complaint(message));
  };
  const skip = (text: string): boolean => {
    const there = source.startsWith(text, at);
    if (there) at += text.length;
    return there;
  };
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    if (found) at = pattern.lastIndex;
    return found;
  };
  const takeCharacter = (): number => {
    const code = source.codePointAt(at);
    if (code === undefined) return refuse('it ends too early');
    at += code > 0xffff ? 2 : 1;
    return code;
  };
  const setOf = (has: CharacterSet): Term => ({ kind: 'set', has: flags.has('i') ? ignoringCase(has) : has });

  const either = (): Term => {
    depth += 1;
    if (depth > deepest) refuseUnknown(`it nests more than ${deepest} deep`);
    const outer = flags;
    const terms = [sequence()];
    while (skip('|')) terms.push(sequence());
    flags = outer;
    depth -= 1;
    const [only] = terms;
    return terms.length === 1 && only ? only : { kind: 'either', terms };
  };

  const sequence = (): Term => {
    const terms: Term[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const term = atom();
      if (term) terms.push(repeated(term));
    }
    return { kind: 'sequence', terms };
  };

  const repeated = (term: Term): Term => {
    const sign = take(/[*+?]|\{(\d+)(,(\d*))?\}/y);
    if (!sign) return term;
    const [text, from, comma, to] = sign;
    const least = from === undefined ? (text === '+' ? 1 : 0) : Number(from);
    const open = to === undefined || to === '' ? Number.POSITIVE_INFINITY : Number(to);
    const most = from === undefined ? (text === '?' ? 1 : Number.POSITIVE_INFINITY) : comma === undefined ? least : open;
    const after = at;
    at -= text.length;
    if (least > mostRepeats || (most !== Number.POSITIVE_INFINITY && most > mostRepeats))
      refuseUnknown(`it repeats more than ${mostRepeats} times`);
    if (least > most) refuse(`the most repetitions, ${most}, are fewer than the least, ${least}`);
    at = after;
    const possessive = skip('+');
    const again: Term = { kind: 'repeat', term, least, most, lazy: !possessive && skip('?') };
    if (take(/[*+?]/y)) refuse('a repetition follows a repetition');
    return possessive ? { kind: 'atomic', term: again } : again;
  };

  const atom = (): Term | undefined => {
    if (skip('(')) return group();
    if (skip('[')) return setOf(characterClass());
    if (skip('.')) return { kind: 'set', has: flags.has('s') ? () => true : isNot(endsLine) };
    if (skip('^')) return { kind: 'edge', edge: flags.has('m') ? 'lineStart' : 'inputStart' };
    if (skip('$')) return { kind: 'edge', edge: flags.has('m') ? 'lineEnd' : 'lastLineEnd' };
    if (skip('\\')) return escaped();
    if (source[at] === '{') refuse('{ has no meaning here: a repetition is {2}, {2,} or {2,5}, after what it repeats');
    if (/[*+?]/.test(source.charAt(at))) refuse('there is nothing to repeat');
    const code = takeCharacter();
    return setOf(isBetween(code, code));
  };

  const close = (term: Term): Term => {
    if (!skip(')')) refuse('a group is not closed');
    return term;
  };

  const group = (): Term | undefined => {
    if (skip('?:')) return close(either());
    if (skip('?>')) return close({ kind: 'atomic', term: either() });
    const look = take(/\?(<)?([=!])/y);
    if (look) return close({ kind: 'look', behind: look[1] !== undefined, negative: look[2] === '!', term: either() });
    const inline = take(/\?([ims]*)(?:-([ims]+))?([:)])/y);
    if (inline) return withFlags(inline[1] ?? '', inline[2] ?? '', inline[3] === ')');
    const named = take(/\?<([A-Za-z][A-Za-z0-9]*)>/y);
    if (!named && source.startsWith('?', at)) refuseUnknown('this kind of group is not known');
    groups += 1;
    const index = groups;
    if (named?.[1] !== undefined) names.set(named[1], index);
    return close({ kind: 'group', index, term: either() });
  };

  /** `(?i)` holds to the end of its group, `(?i:…)` within the brackets. */
  const withFlags = (on: string, off: string, rest: boolean): Term | undefined => {
    const outer = flags;
    flags = new Set([...outer, ...on].filter((flag) => !off.includes(flag)));
    if (rest) return undefined;
    const term = either();
    flags = outer;
    return close(term);
  };

  const escaped = (): Term => {
    const back = take(/[1-9]/y);
    if (back) return backReference(Number(back[0]));
    const named = take(/k<([A-Za-z][A-Za-z0-9]*)>/y);
    if (named) return backReference(names.get(named[1] ?? '') ?? refuse('there is no group of this name'));
    const edge = take(/[bBAzZ]/y);
    if (edge) return { kind: 'edge', edge: edgeByLetter[edge[0]] ?? 'word' };
    const quoted = take(/Q([\s\S]*?)(?:\\E|$)/y);
    if (quoted) return { kind: 'sequence', terms: Array.from(quoted[1] ?? '', (character) => literal(character)) };
    return setOf(escapedSet());
  };

  const literal = (character: string): Term => {
    const code = character.codePointAt(0) ?? 0;
    return setOf(isBetween(code, code));
  };

  const backReference = (index: number): Term => {
    if (index > groups) refuseUnknown(`there is no group ${index} before it`);
    return { kind: 'back', index, ignoreCase: flags.has('i') };
  };

  /** The set that an escape means, after its backslash. */
  const escapedSet = (): CharacterSet => {
    const property = take(/([pP])(?:\{([A-Za-z]{1,20})\}|([A-Z]))/y);
    if (property) {
      const has = classByProperty(property[2] ?? property[3] ?? '') ?? refuseUnknown('this class is not known');
      return property[1] === 'P' ? isNot(has) : has;
    }
    const hex = take(/x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
    const code = hex ? Number.parseInt(hex[1] ?? hex[2] ?? '', 16) : takeCharacter();
    if (hex) return isBetween(code, code);
    const letter = String.fromCodePoint(code);
    if (Object.hasOwn(classesByLetter, letter)) return classesByLetter[letter] ?? isBetween(code, code);
    if (Object.hasOwn(charactersByLetter, letter)) return isBetween(charactersByLetter[letter] ?? code, charactersByLetter[letter] ?? code);
    if (/[A-Za-z0-9]/.test(letter)) refuseUnknown(`\\${letter} is not known`);
    return isBetween(code, code);
  };

  /** `[a-z]`, after its bracket. A class within a class adds to it. */
  const characterClass = (): CharacterSet => {
    depth += 1;
    if (depth > deepest) refuseUnknown(`it nests more than ${deepest} deep`);
    const negative = skip('^');
    const sets: CharacterSet[] = [];
    for (let first = true; first || source[at] !== ']'; first = false) {
      if (source.startsWith('&&', at)) refuseUnknown('intersections of classes are not supported');
      sets.push(classItem());
    }
    at += 1;
    depth -= 1;
    const has = isAnyOf(sets);
    return negative ? isNot(has) : has;
  };

  const classItem = (): CharacterSet => {
    if (skip('[')) return characterClass();
    if (skip('\\')) return escapedSet();
    const from = takeCharacter();
    if (source[at] !== '-' || source[at + 1] === ']' || source[at + 1] === undefined) return isBetween(from, from);
    at += 1;
    if (skip('\\') && /[A-Za-z0-9]/.test(source.charAt(at))) refuseUnknown('a range ends with a class');
    const to = takeCharacter();
    if (from > to) refuse('a range is in the wrong order');
    return isBetween(from, to);
  };

  const term = either();
  if (at < source.length) refuse('a group is closed that was not opened');
  return { term, groups, names };
}

const edgeByLetter: Readonly<Record<string, Edge>> = { b: 'word', B: 'notWord', A: 'inputStart', z: 'inputEnd', Z: 'lastLineEnd' };
