import { readFileSync } from 'node:fs';
import t from 'tap';
import { launchBrowser, visit } from '../helpers/browser.js';
import { refusedInLab, runAttack } from '../helpers/lab.js';
import { listen } from '../helpers/server.js';

const browser = await launchBrowser(t);
const teacher = readFileSync('docs/lab-teacher.md', 'utf8');
const sheet = readFileSync('docs/lab.md', 'utf8');

/** The rows of the tables below a heading, without their heads. */
const rowsBelow = (text: string, heading: string): string[][] => {
  const [, after = ''] = text.split(`## ${heading}\n`);
  const lines = (after.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('**', '')),
    )
    .slice(2);
};

interface Promised {
  readonly exercises: ReadonlySet<number>;
  readonly title: string | undefined;
  /** What each setting may be; a setting without an entry may be anything. */
  readonly settings: readonly (readonly string[])[];
  readonly outcome: string;
  readonly status: string;
  readonly error: string | undefined;
}

const numbersIn = (text: string): ReadonlySet<number> => {
  const [, from, to, but] = /^(\d+)(?: to (\d+))?(?: but (\d+))?/.exec(text) ?? [];
  const all = Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, at) => Number(from) + at);
  return new Set(all.filter((each) => each !== Number(but)));
};

/** “PKCE plain or S256” as “PKCE plain” and “PKCE S256”. */
const valuesIn = (text: string): string[] => {
  const [, prefix = '', values = text] = /^(PKCE |iss )(.*)$/.exec(text) ?? [];
  return values.split(' or ').map((value) => `${prefix}${value}`);
};

/** The table of the teacher's notes: what every run gives. */
const promised: readonly Promised[] = rowsBelow(teacher, 'The outcomes').map(
  ([exercise = '', settings = '', outcome = '', answer = '']) => {
    const [status = '', error] = answer.replaceAll('`', '').split(' ');
    return {
      exercises: numbersIn(exercise),
      title: exercise.split(' · ')[1],
      settings: settings.split(', ').map(valuesIn),
      outcome,
      status,
      error,
    };
  },
);

/** Whether a row speaks of a run, whose settings the screen writes as “PKCE S256, OPTIONAL”. */
const speaksOf = ({ exercises, settings }: Promised, exercise: number, shown: string): boolean => {
  const parts = shown.split(', ');
  return exercises.has(exercise) && settings.every((allowed) => allowed.some((value) => parts.includes(value)));
};

t.test('every exercise, in every setting, ends as the teacher’s table says, with the answer that it says, and with a reason', async (t) => {
  const { url, context } = await listen(t);
  const { page, said } = await visit(t, browser, { refused: refusedInLab });
  let runs = 0;
  const marked = new Set<string>();
  await page.goto(`${url}/__mock/lab/2`);
  const exercises = await page.locator('.exercises li').count();
  t.equal(exercises, 11);
  for (let exercise = 2; exercise <= exercises; exercise += 1) {
    await page.goto(`${url}/__mock/lab/${exercise}`);
    const title = await page.locator('.stage-area h2').textContent();
    t.ok(
      promised.some((row) => row.exercises.has(exercise) && row.title === title),
      `${exercise}: the table has the title ${title}`,
    );
    const tiles = page.locator('.tile');
    const settings = await tiles.locator('span').allTextContents();
    for (const [at, setting] of settings.entries()) {
      await tiles.nth(at).click();
      const name = `${exercise}, ${setting}`;
      const rows = promised.filter((row) => speaksOf(row, exercise, setting));
      t.equal(rows.length, 1, `${name}: one row speaks of it`);
      const outcome = await runAttack(page);
      const found = (await tiles.nth(at).locator('b').textContent())?.slice(2);
      const [head = '', ...body] = ((await page.locator('.answers pre').first().textContent()) ?? '').split('\n');
      const answer = JSON.parse(body.join('\n'));
      const error = answer.error ?? answer.details?.[0]?.code;
      t.same([found, head, error], [rows[0]?.outcome, `HTTP ${rows[0]?.status}`, rows[0]?.error], name);
      t.equal(await page.locator('.outcome').evaluate((box) => box.classList.contains('bad')), outcome === 'stolen', `${name}: its colour`);
      t.match(await page.locator('.reason').textContent(), /\w{3}.*\./, `${name}: why is said`);
      const before = marked.size;
      for (const { transactions } of context.environments.list())
        for (const { id, theft } of transactions.list()) if (theft?.exercise === title) marked.add(id);
      t.equal(marked.size - before, outcome === 'stolen' ? 1 : 0, `${name}: a theft that worked, and nothing else, is marked as one`);
      runs += 1;
    }
  }
  t.equal(runs, 67);
  t.equal(context.environments.list()[0]?.transactions.list().length, 0, 'no other environment was touched');
  const lab = context.environments.list().find(({ record }) => record.name === 'Lab');
  t.equal(Math.abs((lab?.clock.now() ?? 0) - context.clock.now()), 0, 'the clock of the others is not touched');
  t.same(said, []);
});

t.test('the sheet asks of each exercise what its screen shows, in the words of the screen', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused: refusedInLab });
  for (const [, number = '', title] of sheet.matchAll(/^## Exercise (\d+) · (.+) \(\d+ min\)$/gm)) {
    await page.goto(`${url}/__mock/lab/${number}`);
    t.equal(await page.locator('.stage-area h2').textContent(), title, `exercise ${number}`);
  }
  // What is in italics is a label on the screen.
  await page.goto(`${url}/__mock/lab/5?pkce=S256`);
  await runAttack(page);
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.source').waitFor();
  const seen = await page.locator('main').innerText();
  await page.goto(`${url}/__mock/lab/2?pkce=S256`);
  await runAttack(page);
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.source .decided').waitFor();
  t.match(await page.locator('.source .decided').first().textContent(), /need\('verifier_present'/, 'the line that the notes name');
  const both = `${seen}\n${await page.locator('main').innerText()}`;
  for (const [, label = ''] of sheet.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)) t.ok(both.includes(label), `“${label}” is on the screen`);
});

t.test('the answer that the sheet asks for in exercise 5 is the one that the screen shows', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused: refusedInLab });
  await page.goto(`${url}/__mock/lab/5?pkce=S256`);
  t.equal(await runAttack(page), 'stolen');
  t.match(await page.locator('.answers > pre').textContent(), /^HTTP 200\n.*access_token/s, 'first, the one to Mallory');
  await page.locator('.answers summary', { hasText: 'Another answer of this run' }).click();
  t.match(await page.locator('.answers details pre').textContent(), /^HTTP 400\n.*invalid_grant/s, 'then, the one to the application');
  t.match(teacher, 'The other answer of the run is `400 invalid_grant`');
});

t.test('the words of the sheet are those of the glossary', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await page.goto(`${url}/__mock/lab/1`);
  const words = rowsBelow(sheet.replace('# PKCE lab', '## PKCE lab'), sheet.split('\n')[0]?.slice(2) ?? '');
  t.equal(words.length, 4);
  for (const [word = '', meaning = ''] of words)
    t.equal(
      await page
        .locator('.glossary div', { has: page.locator(`dt:text-is("${word}")`) })
        .locator('dd')
        .textContent(),
      meaning,
      word,
    );
});

t.test('the addresses and labels of the teacher’s notes are there', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  const addresses = [...teacher.matchAll(/`(\/__mock\/(?:lab|live)[^`]*)`/g)].map(([, address = '']) => address);
  t.ok(addresses.length >= 6);
  for (const address of addresses) {
    await page.goto(`${url}${address}`);
    await page.locator('main :is(h1, h2)').first().waitFor({ state: 'attached' });
    t.equal(await page.getByText('There is no such exercise').count(), 0, address);
    const kept = new URL(page.url()).searchParams;
    for (const [name, value] of new URL(address, url).searchParams) t.equal(kept.get(name), value, `${address}: ${name} is what it says`);
  }
  await page.goto(`${url}/__mock/lab/2`);
  for (const label of ['Projector', 'Forget my results', 'The server is'])
    t.ok((await page.getByText(label, { exact: true }).count()) > 0 && teacher.includes(`**${label}**`), label);
});
