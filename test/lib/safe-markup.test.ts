import t from 'tap';
import { toMarkup } from '../../src/lib/html.js';
import { safeMarkup } from '../../src/lib/safe-markup.js';

t.test('simple markup stays, and nothing of it can do harm', async (t) => {
  const cases: [text: string, markup: string][] = [
    ['Plain & simple', 'Plain &amp; simple'],
    ['<b>bold</b> <I>italic</I>', '<b>bold</b> <i>italic</i>'],
    ['one<br>two<br/>three', 'one<br>two<br>three'],
    ['&copy; 2026 &amp; &#8212; &unknown; &#0;', '© 2026 &amp; — &amp;unknown; &amp;#0;'],
    ['<p class="x" onclick="alert(1)">p</p>', '<p>p</p>'],
    [
      '<a href="https://example.com/a?b=1&amp;c" onclick=x>go</a>',
      '<a href="https://example.com/a?b=1&amp;c" rel="noopener noreferrer" target="_blank">go</a>',
    ],
    ["<a href='mailto:a@example.com'>mail</a>", '<a href="mailto:a@example.com" rel="noopener noreferrer" target="_blank">mail</a>'],
    ['<a href="javascript:alert(1)">x</a>', 'x'],
    ['<a href="&#106;avascript:alert(1)">x</a>', 'x'],
    ['<a href=" data:text/html,x">x</a>', 'x'],
    ['<a data-href="https://example.com">x</a>', 'x'],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['<img src=x onerror=alert(1)>', ''],
    ['<style>b{}</style><iframe src="//x"></iframe>', 'b{}'],
    ['<b>never closed', '<b>never closed</b>'],
    ['<b><i>crossed</b></i>', '<b><i>crossed</i></b>'],
    ['</b>only closed', 'only closed'],
    ['1 < 2 && 3 > 2', '1 &lt; 2 &amp;&amp; 3 &gt; 2'],
    ['&lt;script&gt;', '&lt;script&gt;'],
    ['<scr<b>ipt>x', '&lt;scr<b>ipt&gt;x</b>'],
    ['<b title=">">x</b>', '<b>&quot;&gt;x</b>'],
    ['<constructor>x</constructor>', 'x'],
  ];
  for (const [text, markup] of cases) t.equal(toMarkup(safeMarkup(text)), markup, text);
  const deep = toMarkup(safeMarkup('<b>'.repeat(4000)));
  t.ok(deep.length < 1000, 'deep markup is cut');
});
