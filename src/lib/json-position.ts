import { parseJson } from './unknown.js';
/** A position in a text; both count from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const space = /[ \t\n\r]*/y;
const token =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]+|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/uy;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing more';

/** Called for each value with its depth, its offset, and the outermost object's member that contains it. */
type OnValue = (depth: number, offset: number, member: string) => void;

/**
 * Finds the first error in JSON that JSON.parse refused, or calls `onValue` for the values of valid JSON.
 * The message of JSON.parse has no position in some versions of Node.
 */
export function scanJson(text: string, onValue?: OnValue): { offset: number; reason: string } | undefined {
  const open: ('{' | '[')[] = [];
  let member = '';
  let expected = 'value' as Expected;
  let offset = 0;

  const closeOne = () => {
    open.pop();
    expected = open.length === 0 ? 'nothing more' : ', or end';
  };
  const accepts = (found: string): boolean => {
    const kind = found[0] as string;
    if (expected === ', or end') {
      const inObject = open.at(-1) === '{';
      if (kind === ',') expected = inObject ? 'name' : 'value';
      else if (kind === (inObject ? '}' : ']')) closeOne();
      else return false;
      return true;
    }
    if (expected === ':') {
      expected = 'value';
      return kind === ':';
    }
    if (expected === 'name' || expected === 'name or }') {
      if (expected === 'name or }' && kind === '}') closeOne();
      else if (kind === '"') {
        expected = ':';
        if (open.length === 1) member = String(parseJson(found));
      } else return false;
      return true;
    }
    if (expected === 'nothing more') return false;
    if (expected === 'value or ]' && kind === ']') {
      closeOne();
      return true;
    }
    if ('}],:'.includes(kind)) return false;
    onValue?.(open.length, offset, member);
    if (kind === '{' || kind === '[') {
      open.push(kind);
      expected = kind === '{' ? 'name or }' : 'value or ]';
    } else expected = open.length === 0 ? 'nothing more' : ', or end';
    return true;
  };

  for (;;) {
    space.lastIndex = offset;
    space.exec(text);
    offset = space.lastIndex;
    const wanted: string = expected === ', or end' ? `a comma or ${open.at(-1) === '{' ? '}' : ']'}` : expected;
    if (offset === text.length) return wanted === 'nothing more' ? undefined : { offset, reason: `unexpected end, expected ${wanted}` };
    token.lastIndex = offset;
    const found = token.exec(text)?.[0];
    if (found === undefined) return { offset, reason: `not JSON: expected ${wanted}` };
    if (!accepts(found)) return { offset, reason: `unexpected ${found.slice(0, 20)}, expected ${wanted}` };
    offset += found.length;
  }
}

/** The position of an item of `{ "name": [item, item] }`. */
export function positionOfItem(text: string, name: string, index: number): TextPosition {
  const offsets: number[] = [];
  scanJson(text, (depth, offset, member) => {
    if (depth === 2 && member === name) offsets.push(offset);
  });
  return positionAt(text, offsets[index] ?? 0);
}
