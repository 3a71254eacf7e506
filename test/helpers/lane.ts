import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import t from 'tap';
import { file } from './lane-file.js';

const folder = new URL('../', import.meta.url);

/**
 * A share of the test files, one after another in one process. A process costs more to start than most files cost to run.
 * Lane `number` of `lanes` takes every such file in order, so that each lane has some of the slow ones, which are neighbours.
 * @param isChosen which files run at all, by their paths below test/, compiled
 */
export async function runLane(number: number, lanes: number, isChosen: (path: string) => boolean = () => true): Promise<void> {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.js') && isChosen(path));
  register('./lane-hooks.js', import.meta.url);
  for (const path of all.sort().filter((_, at) => at % lanes === number - 1))
    await t.test(path, async (t) => {
      file.t = t;
      await import(new URL(path, folder).href);
    });
}
