import type { App } from '../../environment/context.js';
import { malformed } from '../../pingone/pingone-error.js';

export const multipart = 'multipart/form-data';

/** A form with files, as it was sent. */
export interface UploadedForm {
  readonly texts: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Passes bodies of a media type through unread, as bytes. */
export function acceptBytes(app: App, type: string | RegExp): void {
  app.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
    // It may hold a private key and its password, which do not belong in the journal.
    request.exchange.body = `(${body.length} bytes of ${request.headers['content-type']?.split(';', 1)[0]})`;
    done(null, body);
  });
}

/** Passes multipart bodies through unread (RFC 7578). */
export const acceptUploads = (app: App): void => acceptBytes(app, multipart);

/** More than any form has; to read each takes time. */
export const mostParts = 20;

/** How many parts a body has at most, by the delimiters in it (RFC 2046 §5.1.1). */
function partsOf(body: Uint8Array, contentType: string | undefined): number {
  const [, quoted, token = quoted] = /;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i.exec(contentType ?? '') ?? [];
  if (!token) return 0;
  const [bytes, delimiter] = [Buffer.from(body.buffer, body.byteOffset, body.length), Buffer.from(`--${token}`)];
  let count = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + delimiter.length)) count += 1;
  // The last delimiter ends the body.
  return count - 1;
}

/** Reads the members of a multipart form. */
export async function readUpload(body: unknown, contentType: string | undefined): Promise<UploadedForm> {
  if (!(body instanceof Uint8Array)) throw malformed('the body is empty');
  if (partsOf(body, contentType) > mostParts) throw malformed(`the form has more than ${mostParts} parts`);
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData();
  } catch {
    throw malformed(`the body is not ${multipart}`);
  }
  const texts: [string, string][] = [];
  const files = new Map<string, Uint8Array>();
  for (const [name, value] of form)
    if (typeof value === 'string') texts.push([name, value]);
    else files.set(name, new Uint8Array(await value.arrayBuffer()));
  return { texts: Object.fromEntries(texts), files };
}
