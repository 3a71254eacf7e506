/** Writes to a data folder until it is killed, and says which writes were answered: `writer.js FOLDER WRITERS PREFIX`. */
import { writeSync } from 'node:fs';
import { openFolder } from '../../../src/environment/store/folder.js';

const [folder = '', writers = '1', prefix = ''] = process.argv.slice(2);
const factory = await openFolder(folder, {
  onDamage: ({ reason }) => {
    throw new Error(reason);
  },
  // So that kills also come in the middle of a fold.
  idleMilliseconds: 0,
});
const people = factory.collection('one', 'people');
let count = 0;

async function write(): Promise<never> {
  for (;;) {
    count += 1;
    const id = `${prefix}${count}`;
    // Every third is removed again, which is reported too.
    const isTransient = count % 3 === 0;
    await people.put({ id });
    const isTaken = isTransient && (await people.take(id)) !== undefined;
    writeSync(1, `${isTaken ? '-' : '+'}${id}\n`);
    if (count % 50 === 0) await factory.flush();
  }
}

await Promise.all(Array.from({ length: Number(writers) }, write));
