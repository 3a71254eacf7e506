import { execFileSync } from 'node:child_process';
import t from 'tap';

/** What a request of a sign-on runs: the functions by file. */
function traced(): (request: string) => Map<string, readonly string[]> {
  const printed = execFileSync(process.execPath, ['tools/trace.mjs', '--files'], { encoding: 'utf8' });
  const sections = printed.split('\n## ');
  return (request) => {
    const lines = sections.find((section) => section.startsWith(`${request}\n`))?.split('\n') ?? [];
    const files = lines.flatMap((line) => /^([\w/-]+)\.js: (.+)$/.exec(line)?.slice(1) ?? []);
    return new Map(files.flatMap((file, at) => (at % 2 === 0 ? [[file, (files[at + 1] ?? '').split(', ')] as const] : [])));
  };
}

/** No more than this: a change that needs more has to say why. The aim is 40 files and 120 functions. */
const most = { authorize: { files: 57, functions: 147 }, token: { files: 57, functions: 161 } } as const;

t.test('a sign-on runs through few files and functions, and evaluates PingOne’s own mappings without parser and evaluator', async (t) => {
  const filesOf = traced();
  for (const [request, { files, functions }] of Object.entries(most)) {
    const ran = filesOf(request);
    const count = [...ran.values()].flat().length;
    t.ok(ran.has(`oauth/${request === 'token' ? 'token' : 'authorize'}/route`), `${request} is traced`);
    t.ok(ran.size <= files, `${request}: ${ran.size} files`);
    t.ok(count <= functions, `${request}: ${count} functions`);
  }
  const expressions = [...filesOf('token').keys()].filter((file) => file.startsWith('pingone/expressions/'));
  t.same(expressions, ['pingone/expressions/expression']);
});
