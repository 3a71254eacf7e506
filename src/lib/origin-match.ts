/** An application's CORS settings (PingOne's `corsSettings`); without them, any origin is allowed. */
export interface CorsSettings {
  readonly behavior?: string;
  readonly origins?: readonly string[];
}

/** An origin as browsers send it. */
export const asSent = (origin: string): string =>
  origin
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/^(http:\/\/[^/]*):80$|^(https:\/\/[^/]*):443$/, '$1$2');

/** Whether an origin matches a setting. `*` matches within one label of the host name, never a dot. */
function matchesOrigin(setting: string, origin: string): boolean {
  const [before = '', ...rest] = asSent(setting).split('*');
  if (rest.length !== 1) return rest.length === 0 && before === origin;
  const after = rest[0] as string;
  if (!/^https?:\/\/[^/:]*$/.test(before) || !origin.startsWith(before) || !origin.endsWith(after)) return false;
  return /^[a-z0-9-]+$/.test(origin.slice(before.length, origin.length - after.length));
}

/** Whether a page of this origin may send requests for an application. */
export function allowsOrigin(settings: CorsSettings | undefined, origin: string): boolean {
  if (settings?.behavior === 'ALLOW_NO_ORIGINS') return false;
  if (settings?.behavior !== 'ALLOW_SPECIFIC_ORIGINS') return true;
  return (settings.origins ?? []).some((setting) => matchesOrigin(setting, origin.toLowerCase()));
}

/** Whether an origin is of this machine: only programs that run here can have it, whatever its scheme. */
export const isLocalOrigin = (origin: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\/(localhost|[^/@:]*\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(origin);

/** The origin of an absolute URI, as a browser sends it for pages there; undefined if it has no authority. */
export function originOfUri(uri: string): string | undefined {
  if (/^https?:/i.test(uri)) return URL.canParse(uri) ? new URL(uri).origin : undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+/i.exec(uri)?.[0].toLowerCase();
}

/** The origins that settings list, those with `*` among them. */
export const listedOrigins = ({ behavior, origins = [] }: CorsSettings = {}): string[] =>
  behavior === 'ALLOW_SPECIFIC_ORIGINS' ? origins.map(asSent) : [];

/** No host name is longer (RFC 1035 §2.3.4). */
const longestName = 255;

/** What a list may contain to match an origin: the origin itself, or `*` in place of one label of its host name. */
export function coveringOrigins(origin: string): string[] {
  const exact = asSent(origin);
  const [, scheme, name = '', port] = /^(https?:\/\/)([a-z0-9.-]+)(:\d+)?$/.exec(exact) ?? [];
  if (scheme === undefined || name.length > longestName) return [exact];
  const labels = name.split('.');
  return [exact, ...labels.map((_label, at) => `${scheme}${labels.with(at, '*').join('.')}${port ?? ''}`)];
}
