// Finds, for each rule that the server decides by, the function around it and the line that decides.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where checks are made; what explains them names their rules as well. */
const isJudge = (file) =>
  /^(protocol|environment|configuration|signon|oauth|diagnosis)\/.*\.ts$/.test(file) && !/mistakes|^diagnosis\/(?!unmatched)/.test(file);

/** A check, as it is written: `rule: 'name'`, also with a choice before it, or the first argument of a call. */
const naming = /\brule: (?:\w+ \? )?'(\w+)'(?: : '(\w+)')?|\b(?:check|known)\(\s*'(\w+_\w+)'/g;

/** From the documentation of what begins at the left margin to the line that ends it. */
function functionAround(lines, at) {
  const begin = lines.findLastIndex((line, each) => each <= at && /^(export |async )*(function|const) /.test(line));
  if (begin < 0) return undefined;
  const doc = lines.findLastIndex((line, each) => each < begin && !/^(\/\*\*| \*)/.test(line)) + 1;
  const end = lines.findIndex((line, each) => each >= at && /^(\S|$)/.test(line) && /^[})\]]|;$/.test(line));
  return [doc, end < 0 ? at : end];
}

const indentOf = (line) => line.length - line.trimStart().length;

/** The line that decides: where the check has its `ok`, or where that was computed before. */
function decidingLine(lines, [begin], at) {
  const end = lines.findIndex((line, each) => each > at && (line.trim() === '' || indentOf(line) < indentOf(lines[at])));
  const given = /\bok(?:: (.*?))?(?:,| }|$)/;
  let found = at;
  if (/\brule: /.test(lines[at]) && !given.test(lines[at]))
    found = lines.findIndex((line, each) => each > at && each < end && /^\s*ok(:|,)/.test(line));
  if (found < 0) return at;
  const name = /\brule: /.test(lines[at])
    ? (given.exec(lines[found])?.[1] ?? 'ok')
    : /\bcheck\('\w+', (?:'[^']*', )?(\w+)[,)]/.exec(lines[at])?.[1];
  if (!/^\w+$/.test(name ?? '')) return found;
  const computed = lines.findLastIndex((line, each) => each > begin && each < found && new RegExp(`\\bconst ${name}\\b`).test(line));
  return computed < 0 ? found : computed;
}

/** All places of a file where a check is made, by rule. */
function placesOf(text) {
  const lines = text.split('\n');
  return lines.flatMap((line, at) =>
    [...line.matchAll(naming)].flatMap((match) => {
      const around = functionAround(lines, at);
      // What is known to hold where it stands decides nothing.
      if (!around || /\bok: true\b/.test(line)) return [];
      return match
        .slice(1)
        .filter(Boolean)
        .map((rule) => ({ rule, around, at: decidingLine(lines, around, at) }));
    }),
  );
}

/** { functions: [{ file, first, lines }], rules: { name: [[index of the function, index of the line in it]] } } */
export function checkSources(folder) {
  const functions = [];
  const rules = {};
  const files = readdirSync(folder, { recursive: true }).map(String).filter(isJudge).sort();
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const { rule, around, at } of placesOf(text)) {
      const first = around[0] + 1;
      let index = functions.findIndex((each) => each.file === file && each.first === first);
      if (index < 0) index = functions.push({ file, first, lines: text.split('\n').slice(around[0], around[1] + 1) }) - 1;
      rules[rule] ??= [];
      rules[rule].push([index, at - around[0]]);
    }
  }
  return { functions, rules };
}
