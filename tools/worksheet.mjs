// Reads docs/lab.md as blocks that the page /__mock/lab/sheet is drawn from, so that there is one worksheet.

/**
 * Text with its marks, as a list of plain strings and of `[kind, text]`: `b` (bold), `i` (a label of the screen), `code`,
 * `file` (a file that is served beside the page) and `blank` (a place to write, of so many letters).
 */
export function spans(text) {
  const marks = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((.+?)\)|(_{4,})/g;
  const found = [];
  let from = 0;
  for (const match of text.matchAll(marks)) {
    const [all, bold, italic, code, label, target, blank] = match;
    if (match.index > from) found.push(text.slice(from, match.index));
    from = match.index + all.length;
    if (bold !== undefined) found.push(['b', bold]);
    else if (italic !== undefined) found.push(['i', italic]);
    else if (code !== undefined) found.push(['code', code]);
    else if (target !== undefined && target === label) found.push(['file', label]);
    else if (blank !== undefined) found.push(['blank', String(blank.length)]);
    else throw new Error(`docs/lab.md: the worksheet has no place for the link ${all}`);
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

const cells = (line) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => spans(cell.trim()));

/** The blocks of a worksheet: `[kind, content]`, in order. What it does not know it refuses. */
export function readWorksheet(markdown) {
  const lines = markdown.split('\n');
  const blocks = [];
  const code = (indent) => {
    const text = [];
    for (lines.shift(); lines.length > 0 && lines[0].trim() !== '```'; ) text.push(lines.shift().slice(indent));
    lines.shift();
    return ['code', text.join('\n')];
  };
  while (lines.length > 0) {
    const line = lines[0];
    const [, level, title] = /^(#{1,2}) (.+)$/.exec(line) ?? [];
    if (line.trim() === '' || line.startsWith('![')) lines.shift();
    else if (title !== undefined) {
      blocks.push([level === '#' ? 'title' : 'heading', spans(title)]);
      lines.shift();
    } else if (line.startsWith('```')) blocks.push(code(0));
    else if (line.startsWith('|')) {
      const rows = [];
      while (lines[0]?.startsWith('|')) rows.push(lines.shift());
      const [head, , ...body] = rows.map(cells);
      blocks.push(['table', { head, body }]);
    } else if (/^\d+\. /.test(line)) {
      const items = [];
      for (; lines.length > 0; ) {
        if (/^\d+\. /.test(lines[0])) items.push([['text', spans(lines.shift().replace(/^\d+\. /, ''))]]);
        else if (lines[0] === '' && /^( {3}```)/.test(lines[1] ?? '')) {
          lines.shift();
          items.at(-1).push(code(3));
        } else break;
      }
      blocks.push(['list', items]);
    } else if (/^[A-Z*]/.test(line)) {
      const text = [];
      while (/^[A-Z*]/.test(lines[0] ?? '')) text.push(lines.shift());
      blocks.push(['text', spans(text.join(' '))]);
    } else throw new Error(`docs/lab.md: the worksheet cannot have the line ${JSON.stringify(line)}`);
  }
  return blocks;
}
