// The table of Terraform's resource types in docs/tools.md, from the requests that each makes and the paths that are served.

const beginOf = (source) => `<!-- Made by \`npm run fidelity\` from ${source}. -->`;
const end = '<!-- The end of what is made. -->';

/** The whole path of a request, with a * for each id. */
const whole = (path) =>
  (path.startsWith('/') ? `/v1${path}` : `/v1/environments/*/${path}`).replace(/\/environments\/\*\/$/, '/environments/*');
const withoutNames = (path) => path.replaceAll(/\{\w+\}/g, '*');

/**
 * What each resource type can do.
 * `types`: those of tools/terraform-resources.json. `paths`: those of the server's OpenAPI document. `replayed`: the types
 * whose recorded requests the tests replay.
 */
export function terraformStatuses(types, paths, replayed) {
  const served = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${withoutNames(path)}`),
    ),
  );
  return Object.entries(types).map(([type, { requests, stored }]) => {
    const needed = requests.flatMap((request) => {
      const words = request.split(' ');
      const path = whole(words.pop());
      return words.map((method) => `${method} ${path}`);
    });
    const missing = needed.filter((request) => !served.has(request));
    const offered = replayed.has(type) ? 'works' : 'served, but not replayed by a test';
    const status = missing.length > 0 ? 'not offered' : stored === undefined ? offered : 'stored only';
    return { type, status, note: status === 'stored only' ? stored : '', missing };
  });
}

/** The table as Markdown. It has no sums, so that two branches that each add a resource do not conflict. */
export function terraformTable(types, paths, replayed) {
  const rows = terraformStatuses(types, paths, replayed);
  return [
    '| `pingone_…` | here |',
    '|---|---|',
    ...rows.map(({ type, status, note }) => `| \`${type}\` | ${status}${note && `: ${note}`} |`),
  ].join('\n');
}

/** A page with a part that is made from `source`, between two comments. */
export function withTable(page, table, source = 'the routes of the server') {
  const begin = beginOf(source);
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < from) throw new Error('the page has no place for the table');
  return `${page.slice(0, from)}${begin}\n\n${table}\n\n${page.slice(to)}`;
}
