import t from 'tap';
import { languageRanges, lookUpLocale } from '../../src/lib/languages.js';

t.test('the languages of a header come in the order of their weights', async (t) => {
  const cases: [header: string | undefined, ranges: string[]][] = [
    [undefined, []],
    ['', []],
    ['de', ['de']],
    ['en-US, en-gb;q=0.8, en;q=0.7', ['en-US', 'en-gb', 'en']],
    ['fr;q=0.5,de;q=0.9 , it ; q=0.5', ['de', 'fr', 'it']],
    ['*', []],
    ['de;q=0, fr', ['fr']],
    ['de;q=x, fr', ['fr']],
    ['<script>, fr_CA, fr', ['fr']],
    [`${'a,'.repeat(10_000)}fr`, Array(20).fill('a')],
  ];
  for (const [header, expected] of cases) t.same(languageRanges(header), expected, String(header).slice(0, 40));
});

t.test('a locale is found exactly, or with less at the end of what is wanted', async (t) => {
  const locales = ['en', 'fr', 'fr-CA', 'zh'];
  const cases: [ranges: string[], found: string | undefined][] = [
    [['fr-ca'], 'fr-CA'],
    [['fr-FR'], 'fr'],
    [['zh-Hant-TW'], 'zh'],
    [['de', 'fr'], 'fr'],
    [['de'], undefined],
    [['f'], undefined],
    [[], undefined],
  ];
  for (const [ranges, expected] of cases) t.equal(lookUpLocale(ranges, locales), expected, ranges.join());
});
