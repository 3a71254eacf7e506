/** An application's CORS settings (PingOne's `corsSettings`); without them, any origin is allowed. */
export interface CorsSettings {
  readonly behavior?: string;
  readonly origins?: readonly string[];
}

const defaultPort = (origin: string): string => origin.replace(/^(http:\/\/[^/]*):80$|^(https:\/\/[^/]*):443$/, '$1$2');

/** Whether an origin matches a setting. `*` matches within one label of the host name, never a dot. */
function matchesOrigin(setting: string, origin: string): boolean {
  const [before = '', ...rest] = defaultPort(setting.toLowerCase().replace(/\/$/, '')).split('*');
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
