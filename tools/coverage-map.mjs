// The rules and the formats are held to complete coverage, by whichever tests they are reached.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const held = ['build/src/protocol', 'build/src/pingone'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name)),
);

export default () => held;
