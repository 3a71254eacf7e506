import t from 'tap';
import { tidyAgreementHtml } from '../../src/pingone/agreement-html.js';

t.test('the HTML of an agreement has one blank for white space, and a line for each block', async (t) => {
  for (const [name, sent, kept] of [
    ['white space', '\n  We keep\n\n\tyour   data.\r\n', 'We keep your data.'],
    [
      'a block after text',
      '<h1>Data</h1>\n\nWe keep it.\n\n<h2>How long</h2>\n\nA year.\n',
      '<h1>Data</h1> We keep it. \n<h2>How long</h2> A year.',
    ],
    ['blocks after blocks', '<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>', '<ul>\n<li>One</li>\n<li>Two</li> </ul>'],
    ['a block right after text', 'Yes<p>No', 'Yes\n<p>No'],
    ['other elements', 'A <b>bold</b> <pick>', 'A <b>bold</b> <pick>'],
    ['preformatted text', '<p>a  b</p>\n<pre>c  d</pre>\n', '<p>a  b</p>\n<pre>c  d</pre>\n'],
    ['nothing', '', ''],
  ] as const)
    t.equal(tidyAgreementHtml(sent), kept, name);
});

t.test('HTML that is tidy stays as it is', async (t) => {
  const once = tidyAgreementHtml('Text <h2>A</h2> <p class="x">b</p>\n<p>c</p> more');
  t.equal(tidyAgreementHtml(once), once);
});
