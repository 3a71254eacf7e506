import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { App } from '../environment/context.js';
import { countPairs, mostPairs, pairsOf } from '../lib/form-pairs.js';
import { excessIn, largestJson } from '../lib/json-size.js';
import { membersOf } from '../lib/unknown.js';

const excesses = {
  levels: `the body is nested deeper than ${largestJson.levels} levels`,
  members: `the body has an object of more than ${largestJson.members} members`,
  values: `the body has more than ${largestJson.values} values`,
} as const;

/** A body that is not read, as Fastify itself refuses one. */
const unreadable = (reason: string): Error => Object.assign(new Error(reason), { statusCode: 400 });

/** What a form is read into: it inherits no member, so that a parameter may have any name. */
const Form = function Form() {} as unknown as new () => Record<string, unknown>;
Form.prototype = Object.create(null);

/** A form as an object; a repeated name has a list as its value, which fails `type: string`. */
function parseForm(text: string): Record<string, unknown> {
  const count = countPairs(text);
  if (count > mostPairs) throw unreadable(`the form has ${count} parameters; at most ${mostPairs} are read`);
  const form = new Form();
  for (const [name, value] of pairsOf(text)) {
    const earlier = form[name];
    if (Array.isArray(earlier)) earlier.push(value);
    else form[name] = earlier === undefined ? value : [earlier, value];
  }
  return form;
}

/** Whether the content type of a request is that of a form. */
export const isForm = (request: FastifyRequest): boolean =>
  /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '');

/** Whether a request has a body that is not a form. An empty body does not count, whatever the content type says. */
export const hasOtherBody = (request: FastifyRequest): boolean => request.body !== undefined && request.body !== null && !isForm(request);

/** The members of a form; an empty object for any other body. */
export const formOf = (request: FastifyRequest): Readonly<Record<string, unknown>> => (isForm(request) ? membersOf(request.body) : {});

/**
 * Reads bodies: forms, JSON of any media type, and everything else as plain text, which endpoints may refuse. Members
 * named __proto__ or constructor are dropped like any unknown member.
 */
export function readBodies(app: App): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  const parseJson = app.getDefaultJsonParser('remove', 'remove');
  app.addContentTypeParser(/^application\/([\w.+-]+\+)?json/i, { parseAs: 'buffer' }, (request, body, done) => {
    // Invalid UTF-8 would be stored as something other than what was sent (RFC 8259 §8.1).
    if (!isUtf8(body as Buffer)) return done(unreadable('the body is not UTF-8'));
    const text = (body as Buffer).toString();
    request.exchange.body = text;
    if (text.trim() === '') return done(null, undefined);
    const excess = excessIn(text, largestJson);
    if (excess) return done(unreadable(excesses[excess]));
    return void parseJson(request, text, done);
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (request, body, done) => {
    const text = body.toString();
    request.exchange.body = text;
    try {
      done(null, parseForm(text));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    request.exchange.body = body as string;
    done(null, body === '' ? undefined : body);
  });
}
