import { shows, texts } from '../control/answer-schemas.js';
import { checkSourcesJson } from '../embedded.js';
import type { App } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { type Infer, integer, object, string } from '../lib/schema/types.js';

interface SourceOfFunction {
  readonly file: string;
  /** The number of its first line in the file. */
  readonly first: number;
  readonly lines: readonly string[];
}

interface SourceOfCheck extends SourceOfFunction {
  /** Which of the lines decided, from 0. */
  readonly at: number;
}

interface Sources {
  readonly functions: readonly SourceOfFunction[];
  /** Where each rule is applied: the function, and the line in it. */
  readonly rules: Readonly<Record<string, readonly (readonly [index: number, at: number])[]>>;
}

/**
 * The server's own source of a check, as it runs: the function around it, to the character, and the line that decided.
 * Where a rule is applied in several places, it is the one beside which its section and its expected value stand.
 */
function sourceOfCheck({ functions, rules }: Sources, { rule, spec, expected }: Infer<typeof query>): SourceOfCheck | undefined {
  const places = Object.hasOwn(rules, rule) ? (rules[rule] ?? []) : [];
  const [found] = places
    .map(([index, at]) => {
      const place = { ...(functions[index] as SourceOfFunction), at };
      const near = place.lines.slice(Math.max(0, at - 3), at + 5).join('\n');
      const stands = (value: string | undefined) => value !== undefined && near.includes(`'${value}'`);
      return { place, points: Number(stands(expected)) * 2 + Number(stands(spec)) };
    })
    .sort((one, other) => other.points - one.points);
  return found?.place;
}

const place = object({ file: string, first: integer, lines: texts, at: integer });
const answers = shows({ ...place, type: ['object', 'null'] });
const query = object({ rule: string }, { spec: string, expected: string });

/** What the pages show of the server itself; null where a rule has no source of its own. */
export const checkSource = (app: App): void => {
  let sources: Sources | undefined;
  app.get('/check-source', { schema: { summary: 'The server’s own source of a check', querystring: query, answers } }, (request, reply) => {
    sources ??= JSON.parse(checkSourcesJson) as Sources;
    return sendJson(reply, JSON.stringify(sourceOfCheck(sources, request.query as Infer<typeof query>) ?? null));
  });
};
