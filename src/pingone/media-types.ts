/** What the management API and the flows API answer with (docs/fidelity.md, management 1.3). */
export const halJson = 'application/hal+json;charset=UTF-8';

const prefix = 'application/vnd.pingidentity.';

/** The media type that selects an action, as `usernamePassword.check`. */
export const actionMediaType = (action: string): string => `${prefix}${action}+json`;

/** The action that a content type names, as it is written there, or undefined where it is none of PingOne's. */
export const actionOf = (contentType: string | undefined): string | undefined => {
  const type = contentType?.split(';', 1)[0]?.trim() ?? '';
  // Media types have no case (RFC 9110 §8.3.1).
  const isAction = type.toLowerCase().startsWith(prefix) && type.toLowerCase().endsWith('+json');
  return isAction ? type.slice(prefix.length, -'+json'.length) : undefined;
};
