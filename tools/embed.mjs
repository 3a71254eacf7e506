// Writes src/embedded.ts: the files that the program needs at run time, as text,
// so that the bundle reads nothing beside itself.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const text = (path) => readFileSync(join(root, path), 'utf8');

/** Every file below a folder, by its path in it; none where the folder is absent. */
const folder = (path) =>
  existsSync(join(root, path))
    ? Object.fromEntries(
        readdirSync(join(root, path), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
          .map((file) => [file.slice(join(root, path).length + 1), readFileSync(file, 'utf8')]),
      )
    : {};

const { version } = JSON.parse(text('package.json'));
const minified = (path) => JSON.stringify(JSON.parse(text(path)));

const parts = {
  version,
  defaultSeedJson: minified('fixtures/default.json'),
  signingKeysJson: minified('fixtures/signing-keys.json'),
  pkceSource: text('src/core/pkce.ts'),
  redemptionSource: text('src/core/redemption.ts'),
};
const lines = ['// Made by tools/embed.mjs; not kept in version control.'];
for (const [name, value] of Object.entries(parts)) lines.push(`export const ${name}: string = ${JSON.stringify(value)};`);
lines.push(`export const pages: Readonly<Record<string, string>> = ${JSON.stringify(folder('src/pages'), null, 2)};`);

const target = join(root, 'src/embedded.ts');
const made = `${lines.join('\n')}\n`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== made) writeFileSync(target, made);
