import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { rules } from '../../src/protocol/rules/index.js';

const names = Object.keys(rules);

t.test('no two files of rules have a row of the same name', async (t) => {
  const folder = 'build/src/protocol/rules';
  const parts: Record<string, object> = {};
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.js') && each !== 'index.js'))
    for (const [name, part] of Object.entries<object>(await import(pathToFileURL(join(process.cwd(), folder, file)).href)))
      if (name.endsWith('Rules')) parts[name] = part;
  t.ok(Object.keys(parts).length > 10);
  const rows = Object.values(parts).flatMap((part) => Object.keys(part));
  t.same(rows.toSorted(), names.toSorted());
});

/** Names that the source composes: those of polling, and PingOne's codes in lower case. */
const composed = [
  /^(device_code|auth_req_id)_(present|known|unused|client|fresh)$/,
  /^(invalid_data|request_failed|access_failed|request_limited|unexpected_error)$/,
];

t.test('every rule is applied somewhere', async (t) => {
  const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('protocol/rules/'))
    .map((path) => readFileSync(join('src', path), 'utf8'))
    .join('\n');
  const unused = names.filter((name) => !source.includes(`'${name}'`) && !composed.some((pattern) => pattern.test(name)));
  t.same(unused, []);
});
