import { shows, texts } from '../control/answer-schemas.js';
import { checkSourcesJson } from '../embedded-inspector.js';
import type { App } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { type Infer, integer, object, string } from '../lib/schema/types.js';
import { parseOwn } from '../lib/unknown.js';

interface SourceOfFunction {
  readonly file: string;
  /** The line of the file that it starts at, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

interface SourceOfCheck extends SourceOfFunction {
  /** The index in `lines` of the one that decided. */
  readonly at: number;
}

interface Sources {
  readonly functions: readonly SourceOfFunction[];
  /** Where each rule is applied: indexes of the function, and of the line in it. */
  readonly rules: Readonly<Record<string, readonly (readonly [index: number, at: number])[]>>;
}

const querystring = object({ rule: string }, { spec: string, expected: string });

/**
 * The function that made a check, verbatim, and the line that decided. If several places apply the rule, the one whose
 * neighbouring lines have the check's section and expected value.
 */
function sourceOfCheck({ functions, rules }: Sources, { rule, spec, expected }: Infer<typeof querystring>): SourceOfCheck | undefined {
  const places = Object.hasOwn(rules, rule) ? (rules[rule] ?? []) : [];
  const [found] = places
    .map(([index, at]) => {
      const place = { ...(functions[index] as SourceOfFunction), at };
      const near = place.lines.slice(Math.max(0, at - 3), at + 5).join('\n');
      const isNear = (value: string | undefined) => value !== undefined && near.includes(`'${value}'`);
      return { place, points: Number(isNear(expected)) * 2 + Number(isNear(spec)) };
    })
    .sort((one, other) => other.points - one.points);
  return found?.place;
}

const place = object({ file: string, first: integer, lines: texts, at: integer });
const answers = shows({ ...place, type: ['object', 'null'] });

/** Returns the source of a check; null for a rule without one. */
export const checkSource = (app: App): void => {
  let sources: Sources | undefined;
  app.get('/check-source', { schema: { summary: 'The server code that made a check', querystring, answers } }, (request, reply) => {
    sources ??= parseOwn<Sources>(checkSourcesJson);
    return sendJson(reply, JSON.stringify(sourceOfCheck(sources, request.query) ?? null));
  });
};
