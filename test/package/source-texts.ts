/** A string or template of a source file. Each expression in a template reads `{…}`. */
export interface SourceText {
  readonly text: string;
  readonly line: number;
}

/** After one of these, a slash begins a regular expression. */
const beforeRegExp = /(^|[=(,:;!&|?{}[+\-*%<>~^]|\b(return|case|typeof))\s*$/;

/** What is skipped, and the quotes of what is read; the first group is a quote. */
const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(['"`])|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|[{}]/g;

/**
 * The strings and templates of a TypeScript or JavaScript file, in the order of their ends. It reads what this project writes:
 * comments, quotes, templates within templates and regular expressions.
 */
export function textsOf(source: string): SourceText[] {
  const found: SourceText[] = [];
  const lineAt = (at: number): number => source.slice(0, at).split('\n').length;

  /** Reads code up to the brace that closes it; returns where it ends. */
  function code(from: number): number {
    let depth = 0;
    const next = new RegExp(token);
    next.lastIndex = from;
    for (let match = next.exec(source); match; match = next.exec(source)) {
      const [what, quote] = match;
      if (quote) next.lastIndex = text(match.index, quote);
      else if (what === '{') depth += 1;
      else if (what === '}') {
        if (depth === 0) return match.index;
        depth -= 1;
      } else if (!/^\/[/*]/.test(what) && !beforeRegExp.test(source.slice(Math.max(0, match.index - 12), match.index)))
        next.lastIndex = match.index + 1;
    }
    return source.length;
  }

  /** Reads a string or template from its quote; returns where it ends. */
  function text(begin: number, quote: string): number {
    let read = '';
    let at = begin + 1;
    while (at < source.length && source[at] !== quote) {
      if (source[at] === '\\') {
        read += source.slice(at, at + 2);
        at += 2;
      } else if (quote === '`' && source.startsWith('${', at)) {
        read += '{…}';
        at = code(at + 2) + 1;
      } else {
        read += source[at];
        at += 1;
      }
    }
    found.push({ text: read, line: lineAt(begin) });
    return at + 1;
  }

  code(0);
  return found;
}
