/** Fills a small file system and prints, as JSON, which expectations held: `full-disk.js FOLDER`. */
import { appendFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openFolder } from '../../../src/environment/store/folder.js';
import { WriteFailure } from '../../../src/environment/store/write-failure.js';

const base = process.argv[2] as string;
const folder = path.join(base, 'data');
const filler = path.join(base, 'filler');
const results: Record<string, boolean> = {};
const held = (what: string, isSo: boolean) => {
  results[what] = isSo;
};

/** Fills the disk but for a few pages. */
function fill(leave = 0): void {
  try {
    for (;;) appendFileSync(filler, Buffer.alloc(4096));
  } catch {
    // Full.
  }
  if (leave > 0) truncateSync(filler, statSync(filler).size - leave * 4096);
}
const empty = () => rmSync(filler, { force: true });

const damages: unknown[] = [];
const failures: unknown[] = [];
const openIt = () =>
  openFolder(folder, {
    onDamage: (damage) => damages.push(damage),
    onFailure: (error) => failures.push(error),
    idleMilliseconds: 20,
  });
interface Thing {
  id: string;
  name: string;
  text: string;
}
const indexes = [{ name: 'name', of: ({ name }: Thing) => name, unique: true }];
const ids = (things: Thing[]) => things.map(({ id }) => id).join(' ');

let factory = await openIt();
let things = factory.collection<Thing>('one', 'things', indexes);
const acknowledged: string[] = [];
const put = async (id: string, size: number): Promise<unknown> => {
  try {
    await things.put({ id, name: `name of ${id}`, text: 'x'.repeat(size) });
    acknowledged.push(id);
    return undefined;
  } catch (error) {
    return error;
  }
};

for (let number = 0; number < 20; number += 1) await put(`early${number}`, 500);
await factory.flush();

fill();
const refused: string[] = [];
for (let number = 0; number < 55; number += 1) {
  const error = await put(`late${number}`, 6000);
  if (error instanceof WriteFailure && error.reason === 'disk full') refused.push(`late${number}`);
  else if (error) held(`an unexpected failure: ${error}`, false);
}
held('55 large writes are refused', refused.length === 55);
held('none of them is visible', ids(await things.list()) === acknowledged.join(' '));
held('the factory says why', factory.failure?.message.startsWith('disk full: ') === true);
const together = await Promise.all(Array.from({ length: 30 }, (_, number) => put(`many${number}`, 400)));
held(
  '30 writes of one append are refused together',
  together.every((error) => error instanceof WriteFailure),
);
await pause(100);
held('it stays so', factory.failure !== undefined);

// Room for the small try, and for the log, but not for the readable file.
empty();
for (let tries = 0; factory.failure !== undefined && tries < 500; tries += 1) await pause(10);
held('it recovers without a write of anybody', factory.failure === undefined);
for (let number = 0; number < 30; number += 1) await put(`large${number}`, 6000);
await factory.flush();
fill(10);
held('a small write has room', (await put('small', 100)) === undefined);
for (let tries = 0; failures.length === 0 && tries < 500; tries += 1) await pause(10);
held('a fold that fails is reported, once', failures.length === 1 && failures[0] instanceof WriteFailure);
held('writes go on meanwhile', (await put('smaller', 100)) === undefined && factory.failure === undefined);
held('no temporary file takes the room', !(await readdir(path.join(folder, 'one'))).some((name) => name.endsWith('.new')));
const closed = await factory.close().then(
  () => undefined,
  (error: unknown) => error,
);
held('the last fold fails with the reason', closed instanceof WriteFailure && closed.reason === 'disk full');

fill();
const refusal = await openIt().then(
  () => '',
  (error: unknown) => String(error),
);
held(`a start on a full disk says so: ${refusal}`, refusal === '' || /disk full/.test(refusal));

empty();
if (refusal === '') held('the start was refused', false);
else held('a start that was refused leaves no lock', !(await readdir(folder)).includes('.lock'));
factory = await openIt();
things = factory.collection<Thing>('one', 'things', indexes);
held('everything acknowledged is there after a start', ids(await things.list()) === acknowledged.join(' '));
held('nothing was damaged', damages.length === 0);
for (const id of refused) await put(id, 6000);
held(
  'what was refused is accepted when it is sent again',
  refused.every((id) => acknowledged.includes(id)),
);
await factory.close();
process.stdout.write(JSON.stringify(results));
