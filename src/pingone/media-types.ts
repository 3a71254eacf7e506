/** The content type of the flows API's responses, and of the management API's by default (docs/fidelity.md, management 1.3). */
export const halJson = 'application/hal+json;charset=UTF-8';
const json = 'application/json';
const hal = 'application/hal+json';

/** The quality that an Accept header gives to one of its media ranges; undefined if it does not list the range (RFC 9110 §12.5.1). */
function qualityOf(accept: string, range: string): number | undefined {
  for (const part of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (name !== range) continue;
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    return Number.isNaN(quality) ? 1 : quality;
  }
  return undefined;
}

/** The content type of a management API response: JSON if the client names it and does not prefer HAL (docs/fidelity.md, management 1.3). */
export function managementType(accept: string | undefined): string {
  if (accept === undefined || accept === '*/*') return halJson;
  if (accept === json) return json;
  const named = qualityOf(accept, json);
  if (named === undefined || named === 0) return halJson;
  const namedHal = qualityOf(accept, hal);
  if (namedHal === undefined) return named >= (qualityOf(accept, 'application/*') ?? qualityOf(accept, '*/*') ?? 0) ? json : halJson;
  const halFirst = accept.toLowerCase().indexOf(hal) < accept.toLowerCase().indexOf(json);
  return named > namedHal || (named === namedHal && !halFirst) ? json : halJson;
}

const prefix = 'application/vnd.pingidentity.';

/** The media type of an action, such as `usernamePassword.check`. */
export const actionMediaType = (action: string): string => `${prefix}${action}+json`;

/** The media type that signs a session out. Like `password.forceChange` it has no body, and therefore no `+json`. */
export const sessionLogoutMediaType = `${prefix}sso.session.logout`;

/** The media type that has a user change the password. */
export const forceChangeMediaType = `${prefix}password.forceChange`;

/**
 * The one content type of a request that has several: the SDKs name an action beside `application/json`. Undefined if none
 * of them names an action.
 */
export const actionAmong = (contentTypes: readonly string[]): string | undefined =>
  contentTypes
    .flatMap((value) => value.split(','))
    .map((type) => type.trim())
    .find((type) => type.toLowerCase().startsWith(prefix));

/** The action that a content type names, in the request's spelling; undefined if it is not one of PingOne's media types. */
export const actionOf = (contentType: string | undefined): string | undefined => {
  const type = contentType?.split(';', 1)[0]?.trim() ?? '';
  // Media types are case-insensitive (RFC 9110 §8.3.1).
  const lower = type.toLowerCase();
  if (!lower.startsWith(prefix)) return undefined;
  if (lower === forceChangeMediaType.toLowerCase()) return type.slice(prefix.length);
  return lower.endsWith('+json') ? type.slice(prefix.length, -'+json'.length) : undefined;
};
