import type { ShapeError } from '../lib/schema/compile.js';
import { managementTexts as texts } from './management-texts.js';
import { type ErrorDetail, invalidData, invalidRequest, type PingOneError } from './pingone-error.js';

/** A path as PingOne writes it in `target`: `name.family`, without indexes of lists. */
const targetOf = ({ path }: ShapeError): string | undefined => path.filter((part) => typeof part === 'string').join('.') || undefined;

const detailsByKind: { readonly [Kind in ShapeError['kind']]: (problem: ShapeError) => Omit<ErrorDetail, 'target'> } = {
  missing: () => ({ code: 'EMPTY_VALUE', message: texts.empty.text }),
  empty: () => ({ code: 'EMPTY_VALUE', message: texts.empty.text }),
  type: () => ({ code: 'INVALID_VALUE', message: texts.wrongType.text }),
  enum: ({ schema }) => ({ code: 'INVALID_VALUE', message: texts.notAllowed.text, innerError: { allowedValues: schema.enum } }),
  range: ({ schema: { minimum, maximum } }) => ({
    code: 'OUT_OF_RANGE',
    message: texts.outOfRange.text,
    innerError: { rangeMinimumValue: minimum, rangeMaximumValue: maximum },
  }),
  length: ({ schema: { minLength = 0, maxLength } }) => ({
    code: 'SIZE_LIMIT_EXCEEDED',
    message: texts.length.text(minLength, maxLength as number),
    innerError: { maximumValue: maxLength },
  }),
  items: ({ schema: { maxItems } }) => ({
    code: 'SIZE_LIMIT_EXCEEDED',
    message: texts.tooMany.text(maxItems as number),
    innerError: { maximumValue: maxItems },
  }),
  pattern: ({ schema: { pattern } }) => ({ code: 'INVALID_VALUE', message: texts.pattern.text, innerError: { allowedPattern: pattern } }),
  email: () => ({ code: 'INVALID_VALUE', message: texts.emailForm.text }),
  characters: () => ({ code: 'INVALID_VALUE', message: texts.characters.text }),
  unknown: () => ({ code: 'INVALID_VALUE', message: texts.wrongType.text }),
};

/** The `details` for these problems, without repeated ones. */
export function problemDetails(problems: readonly ShapeError[]): ErrorDetail[] {
  const details = problems.map((problem): ErrorDetail => {
    const { code, ...rest } = detailsByKind[problem.kind](problem);
    return { code, target: targetOf(problem), ...rest };
  });
  return details.filter(({ code, target }, at) => details.findIndex((other) => other.code === code && other.target === target) === at);
}

/**
 * The error for a body. PingOne parses a body before it validates it: if a member has the wrong JSON type, the code is
 * INVALID_REQUEST, and no other problem is reported (docs/fidelity.md, management 2.5).
 */
export function refuseBody(problems: readonly ShapeError[]): PingOneError {
  const unreadable = problems.filter(({ kind }) => kind === 'type');
  if (unreadable.length === 0) {
    const details = problemDetails(problems);
    // The only problem with a message of its own (docs/fidelity.md, management 2.5).
    const onlyEmail = details.length === 1 && details[0]?.message === texts.emailForm.text;
    return invalidData(details, { text: onlyEmail ? texts.emailMessage.text : undefined });
  }
  return invalidRequest(problemDetails(unreadable).filter(({ target }) => target !== undefined));
}

/** The error for a profile in a flow, with the platform's message (docs/fidelity.md, 4.4). */
export const refuseProfile = (problems: readonly ShapeError[], more: readonly ErrorDetail[] = []): PingOneError =>
  problems.some(({ kind }) => kind === 'type') ? refuseBody(problems) : invalidData([...problemDetails(problems), ...more]);

/** The error for a query string. */
export const refuseQuery = (problems: readonly ShapeError[]): PingOneError =>
  invalidRequest(
    problemDetails(problems).map((detail) =>
      detail.code === 'OUT_OF_RANGE' ? detail : { ...detail, code: 'INVALID_PARAMETER', message: texts.parameter.text },
    ),
  );

/** The error for a path with ids that are not UUIDs. */
export const refusePath = (problems: readonly ShapeError[]): PingOneError =>
  invalidRequest(problemDetails(problems).map(({ target }) => ({ code: 'INVALID_VALUE', target, message: texts.notUuid.text })));
