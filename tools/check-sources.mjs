// Finds, for each rule that the server decides by, the function around it and the line that decides.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where checks are made; what explains them names their rules as well. */
const isJudge = (file) =>
  /^(protocol|environment|configuration|signon|oauth|diagnosis)\/.*\.ts$/.test(file) && !/mistakes|^diagnosis\/(?!unmatched)/.test(file);

/** A check as it is written: the rule's name, or a choice of two, is the first argument; what follows decides. */
const naming = /\b(check|need|known|refuse|OAuthError)\(\s*(?:[^'(),]+ \? )?'(\w+_\w+)'(?: : '(\w+)')?[,)]\s*/g;

/** From the documentation of what begins at the left margin to the line that ends it. */
function functionAround(lines, at) {
  const begin = lines.findLastIndex((line, each) => each <= at && /^(export |async )*(function\*?|const) /.test(line));
  if (begin < 0) return undefined;
  const doc = lines.findLastIndex((line, each) => each < begin && !/^(\/\*\*| \*)/.test(line)) + 1;
  const end = lines.findIndex((line, each) => each >= at && /^(\S|$)/.test(line) && /^[})\]]|;$/.test(line));
  return [doc, end < 0 ? at : end];
}

/** The line that decides: where the second argument begins, or where that was computed before; of a refusal, its condition. */
function decidingLine(lines, [begin], at, argument, isRefusal) {
  if (isRefusal) return !/\bif \(/.test(lines[at]) && /^\s*if \(.*\)$/.test(lines[at - 1]) ? at - 1 : at;
  const [, name] = /^(\w+)[,)]/.exec(argument) ?? [];
  const computed = name && lines.findLastIndex((line, each) => each > begin && each < at && new RegExp(`\\bconst ${name}\\b`).test(line));
  return computed > 0 ? computed : at;
}

/** All places of a file where a check is made, by rule. */
function placesOf(text) {
  const lines = text.split('\n');
  return [...text.matchAll(naming)].flatMap((match) => {
    const argument = text.slice(match.index + match[0].length);
    const lineOf = (index) => text.slice(0, index).split('\n').length - 1;
    const around = functionAround(lines, lineOf(match.index));
    // What is known beforehand decides nothing.
    if (!around || argument.startsWith('true')) return [];
    const [whole, by, ...names] = match;
    const isRefusal = by === 'refuse' || by === 'OAuthError';
    const at = decidingLine(lines, around, lineOf(match.index + (isRefusal ? 0 : whole.length)), argument, isRefusal);
    return names.filter(Boolean).map((rule) => ({ rule, around, at }));
  });
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
