import { isUtf8 } from 'node:buffer';
import formbody from '@fastify/formbody';
import type { FastifyRequest } from 'fastify';
import type { App } from '../environment/context.js';

const formText: unique symbol = Symbol('the form as it came');

/** A form as members; a name that came more than once has a list (and so fails `type: string`). */
const parseForm = (text: string): Record<string, unknown> => {
  const form: Record<PropertyKey, unknown> = Object.create(null) as Record<PropertyKey, unknown>;
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = form[name];
    form[name] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  }
  Object.defineProperty(form, formText, { value: text });
  return form;
};

/** Whether a request says that its body is a form. */
export const isForm = (request: FastifyRequest): boolean =>
  /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '');

/** Whether a request has a body that is no form. None at all is none, whatever the content type says. */
export const hasOtherBody = (request: FastifyRequest): boolean => request.body !== undefined && request.body !== null && !isForm(request);

/** The members of a form; none where the body is something else. */
export const formOf = (request: FastifyRequest): Readonly<Record<string, unknown>> =>
  typeof request.body === 'object' && request.body !== null && isForm(request) ? (request.body as Record<string, unknown>) : {};

/**
 * How bodies are read: forms, JSON of any media type, and the rest as bare text, which each endpoint may refuse.
 * Members named __proto__ or constructor are dropped, as any unknown member is.
 */
export function readBodies(app: App): void {
  app.register(formbody, { parser: parseForm });
  app.removeContentTypeParser(['application/json', 'text/plain']);
  const parseJson = app.getDefaultJsonParser('remove', 'remove');
  app.addContentTypeParser(/^application\/([\w.+-]+\+)?json/i, { parseAs: 'buffer' }, (request, body, done) => {
    // What is no UTF-8 would be stored as something that nobody sent (RFC 8259 §8.1).
    if (!isUtf8(body as Buffer)) return done(Object.assign(new Error('the body is not UTF-8'), { statusCode: 400 }));
    const text = (body as Buffer).toString();
    request.exchange.body = text;
    if (text.trim() === '') return done(null, undefined);
    return void parseJson(request, text, done);
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    request.exchange.body = body as string;
    done(null, body === '' ? undefined : body);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    const form = request.body as { [formText]?: string } | null | undefined;
    if (typeof form === 'object' && form !== null && form[formText] !== undefined) request.exchange.body = form[formText];
    done();
  });
}
