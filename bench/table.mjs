// The table that the harness prints: for the terminal, or in Markdown.

/**
 * A line of the table.
 * @typedef {{ name: string, figure: string, quartiles?: string, target?: string, more?: string }} Line
 */

const columns = { name: 'row', figure: 'median', quartiles: 'quartiles', target: 'target' };

const padded = ({ name, figure, quartiles = '', target = '', more = '' }) =>
  `${name.padEnd(46)} ${figure.padStart(8)} ${quartiles.padStart(15)} ${target.padStart(8)}   ${more}`.trimEnd();

const inMarkdown = ({ name, figure, quartiles = '', target = '', more = '' }) =>
  `| ${[name, target, figure, quartiles, more].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** Writes the lines of a table as they come, its head first. `sides` says what is compared. */
export function createTable({ markdown, sides = 'the mock to the limit', write = console.log }) {
  const head = { ...columns, more: sides };
  write(markdown ? inMarkdown(head) : padded(head));
  if (markdown) write('|---|---|---|---|---|');
  return (line) => write(markdown ? inMarkdown(line) : padded(line));
}

/** A ratio with its quartiles and both sides, as `ratiosOf` gives it. */
export function lineOf(name, { median, quartiles, sides }, { target = '', unit = 'ms' } = {}) {
  const digits = unit === 'ms' ? 3 : 0;
  return {
    name,
    figure: median.toFixed(2),
    quartiles: quartiles.map((figure) => figure.toFixed(2)).join(' to '),
    target,
    more: sides.map((side) => `${side.toFixed(digits)} ${unit}`).join(' to '),
  };
}
