// The report card in docs/checkup.md, as Markdown, from the findings of each library.

const begin = '<!-- Made by `npm run checkup:libraries`. -->';
const end = '<!-- The end of what is made. -->';

const wrongOf = ({ findings }) => findings.filter(({ ok }) => !ok);

/** The cases that went wrong and have no reason yet. */
export const unexplained = (row) => wrongOf(row).flatMap(({ id }) => (Object.hasOwn(row.library.reasons, id) ? [] : [id]));

/** `3/1`: refused and accepted, with crashes if there are any. What does not apply is not counted. */
function countOf({ library, findings }, group) {
  if (library.notMeasured?.includes(group)) return '–';
  const [refused, accepted, crashed] = ['refused', 'accepted', 'crashed'].map(
    (verdict) => findings.filter((finding) => finding.group === group && finding.verdict === verdict).length,
  );
  return `${refused}/${accepted}${crashed > 0 ? `, ${crashed} crashed` : ''}`;
}

/** Cases with the same reason share an item of the list. */
function itemsOf(row) {
  const byReason = new Map();
  for (const { id, verdict } of wrongOf(row)) {
    const key = `${verdict}: ${row.library.reasons[id]}`;
    byReason.set(key, [...(byReason.get(key) ?? []), `\`${id}\``]);
  }
  return Array.from(byReason, ([key, ids]) => `- **${row.library.package}**, ${ids.join(', ')} ${key}`);
}

const notesOf = ({ library }) => (library.note === undefined ? [] : [`- **${library.package}**: ${library.note}`]);

const cells = (values) => `| ${values.join(' | ')} |`;

/**
 * The table, and why findings differ from what the cases expect.
 * @param rows library, version, date (ISO 8601) and findings of each
 * @param groups of cases, in the order of the columns
 */
export function cardOf(rows, groups) {
  const lines = rows.map((row) => [`${row.library.package} ${row.version}`, row.date, ...groups.map((group) => countOf(row, group))]);
  const head = ['library', 'date', ...groups];
  const items = rows.flatMap((row) => [...notesOf(row), ...itemsOf(row)]);
  const list = items.length > 0 ? ['', 'What differs from what the cases expect, and why:', '', ...items] : [];
  return [cells(head), `|${'---|'.repeat(head.length)}`, ...lines.map(cells), ...list].join('\n');
}

/** The page with the report card in its place. */
export function withCard(page, card) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < from) throw new Error('the page has no place for the report card');
  return `${page.slice(0, from)}${begin}\n\n${card}\n\n${page.slice(to)}`;
}
