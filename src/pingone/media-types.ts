/** The content type of the management API's and the flows API's responses (docs/fidelity.md, management 1.3). */
export const halJson = 'application/hal+json;charset=UTF-8';

const prefix = 'application/vnd.pingidentity.';

/** The media type of an action, as `usernamePassword.check`. */
export const actionMediaType = (action: string): string => `${prefix}${action}+json`;

/** The action that a content type names, in the request's spelling; undefined if it is not one of PingOne's media types. */
export const actionOf = (contentType: string | undefined): string | undefined => {
  const type = contentType?.split(';', 1)[0]?.trim() ?? '';
  // Media types are case-insensitive (RFC 9110 §8.3.1).
  const isAction = type.toLowerCase().startsWith(prefix) && type.toLowerCase().endsWith('+json');
  return isAction ? type.slice(prefix.length, -'+json'.length) : undefined;
};
