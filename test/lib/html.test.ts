import t from 'tap';
import { html, toMarkup } from '../../src/lib/html.js';

const part = html`<i>&amp;</i>`;
const cases = [
  ['text', html`<p>${'a b'}</p>`, '<p>a b</p>'],
  ['every character that markup could begin with', html`${'&<>"\'`'}`, '&amp;&lt;&gt;&quot;&#39;&#96;'],
  ['an attribute', html`<i title="${'" onload="x'}">`, '<i title="&quot; onload=&quot;x">'],
  ['NUL, which HTML cannot carry', html`${'a\0b'}`, 'a\uFFFDb'],
  ['markup of our own', html`<b>${part}</b>`, '<b><i>&amp;</i></b>'],
  ['a list', html`${[part, '<', 1]}`, '<i>&amp;</i>&lt;1'],
  ['a number', html`${42}`, '42'],
  ['what is absent', html`[${undefined}${false}${[]}]`, '[]'],
  ['no value at all', html`<br>`, '<br>'],
] as const;

for (const [name, made, markup] of cases) t.equal(toMarkup(made), markup, name);

t.test('an object from outside is never taken for markup', async (t) => {
  t.throws(() => html`${JSON.parse('{"markup":"<script>"}')}`);
});
