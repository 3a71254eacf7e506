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

/** In bytes, of one part: more than any program writes. */
export const longestPartHeaders = 8192;

interface Parts {
  /** How many there are at most. */
  readonly count: number;
  readonly hasLongHeaders: boolean;
}

/** The parts of a body, by the delimiters in it (RFC 2046 §5.1.1). */
function partsOf(body: Uint8Array, contentType: string | undefined): Parts {
  const [, quoted, token = quoted] = /;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i.exec(contentType ?? '') ?? [];
  if (!token) return { count: 0, hasLongHeaders: false };
  const [bytes, delimiter] = [Buffer.from(body.buffer, body.byteOffset, body.length), Buffer.from(`--${token}`)];
  let count = 0;
  let hasLongHeaders = false;
  for (let at = bytes.indexOf(delimiter); at >= 0 && count <= mostParts + 1; at = bytes.indexOf(delimiter, at + delimiter.length)) {
    const head = bytes.subarray(at, at + delimiter.length + longestPartHeaders);
    if (at + head.length < bytes.length && !head.includes('\r\n\r\n')) hasLongHeaders = true;
    count += 1;
  }
  // The last delimiter ends the body.
  return { count: count - 1, hasLongHeaders };
}

/** Reads the members of a multipart form. */
export async function readUpload(body: unknown, contentType: string | undefined): Promise<UploadedForm> {
  if (!(body instanceof Uint8Array)) throw malformed('the body is empty');
  const { count, hasLongHeaders } = partsOf(body, contentType);
  if (count > mostParts) throw malformed(`the form has more than ${mostParts} parts`);
  if (hasLongHeaders) throw malformed(`a part of the form has headers of more than ${longestPartHeaders} bytes`);
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
