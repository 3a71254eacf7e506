/** Which routes of the server were answered, and how. */

interface Route {
  readonly method: string;
  /** In Fastify's syntax. */
  readonly url: string;
}

export interface Coverage {
  note(method: string, path: string, status: number): void;
  /** The routes that no request was answered by with a success, and those that refused nothing. */
  missing(): { readonly neverSucceeded: string[]; readonly neverRefused: string[] };
  /** A line for each route: its name, and how many answers it gave of each class. */
  table(): string[];
}

/** The last slash is left out. */
const trimmed = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

const isParameter = (part: string): boolean => part.startsWith(':') || part === '*';

/** How exactly a route's parts fit those of a path: the parts that are the same; -1 if they do not fit. */
function fit(pattern: readonly string[], parts: readonly string[]): number {
  if (pattern.at(-1) === '*' ? parts.length < pattern.length : parts.length !== pattern.length) return -1;
  let same = 0;
  for (const [at, part] of pattern.entries()) {
    if (part === parts[at]) same += 1;
    else if (!isParameter(part)) return -1;
  }
  return same;
}

/** Counts the answers of routes, found by the paths that were asked for. */
export function createCoverage(routes: readonly Route[]): Coverage {
  const rows = routes.map(({ method, url }) => ({ method, url, pattern: trimmed(url).split('/'), success: 0, redirect: 0, refusal: 0 }));
  const named = (those: typeof rows): string[] => those.map(({ method, url }) => `${method} ${url}`);
  return {
    note(method, path, status) {
      const parts = trimmed(path.replace(/[?#].*$/s, '')).split('/');
      let best: (typeof rows)[number] | undefined;
      let most = -1;
      for (const row of rows) {
        const same = row.method === method ? fit(row.pattern, parts) : -1;
        if (same > most) [best, most] = [row, same];
      }
      if (!best) return;
      if (status < 300) best.success += 1;
      else if (status < 400) best.redirect += 1;
      else best.refusal += 1;
    },
    missing: () => ({
      neverSucceeded: named(rows.filter(({ success, redirect }) => success + redirect === 0)),
      neverRefused: named(rows.filter(({ refusal }) => refusal === 0)),
    }),
    table: () =>
      rows.map(
        ({ method, url, success, redirect, refusal }) =>
          `${String(success).padStart(7)} 2xx ${String(redirect).padStart(6)} 3xx ${String(refusal).padStart(7)} 4xx  ${method} ${url}`,
      ),
  };
}
