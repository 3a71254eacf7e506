/** The style of the report, which is a single file: the colours are those of the mock's pages. */
export const style = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e6e9ed); --muted: light-dark(#57606a, #9aa4af); --accent: light-dark(#0b57d0, #8ab4f8);
  --good: light-dark(#116329, #5dd28a); --bad: light-dark(#a40e26, #ff8f8f); --bad-surface: light-dark(#fdf0f1, #2a191c);
  --surface: light-dark(#fff, #171b21); --raised: light-dark(#f5f6f8, #1e242c); --sunken: light-dark(#eef1f4, #0f1216);
  --line: light-dark(#dde1e6, #2b323b);
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--sunken); }
body { max-inline-size: 60rem; margin: 0 auto; padding: clamp(1rem, 4vw, 2.5rem); overflow-wrap: anywhere; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.625rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin-block: 2rem 0.75rem; } h3 { font-size: 1rem; }
a { color: var(--accent); }
code { font: 0.875em/1.5 ui-monospace, Menlo, Consolas, monospace; }
.score { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.75rem; margin-block: 1rem; font-size: 1.125rem; }
.score strong { font-size: 2.25rem; line-height: 1.2; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1rem; font-size: 0.9375rem; }
dt { color: var(--muted); }
article { margin-block-end: 1rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-inline-start: 4px solid var(--bad); border-radius: 0.625rem; background: var(--surface); }
article > * + * { margin-block-start: 0.5rem; }
article code.fix { display: block; padding: 0.5rem 0.75rem; border-radius: 0.5rem; background: var(--raised); white-space: pre-wrap; }
.seen { padding-inline-start: 1.25rem; font-size: 0.875rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .mute { color: var(--muted); }
table { inline-size: 100%; border-collapse: collapse; font-size: 0.875rem; background: var(--surface); }
caption { padding-block: 1rem 0.5rem; font-weight: 600; text-align: start; }
th, td { padding: 0.375rem 0.75rem; border: 1px solid var(--line); text-align: start; vertical-align: top; }
th[scope=row] { font-weight: 400; } td:first-of-type { inline-size: 9.5rem; } td:last-of-type { inline-size: 15rem; }
@media (width <= 40rem) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-block-end: 0.5rem; }
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding-block: 0.5rem; border-block-end: 1px solid var(--line); }
  th, td { display: block; padding-block: 0.125rem; border: 0; inline-size: auto !important; }
}
@media print {
  :root { color-scheme: light; } html { background: #fff; } body { max-inline-size: none; padding: 0; }
  article, tr { break-inside: avoid; } h2, caption { break-after: avoid; }
}
`;
