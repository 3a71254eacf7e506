import { execFileSync } from 'node:child_process';
import t from 'tap';

t.test('a token request of a sign-on evaluates PingOne’s own mappings without parser and evaluator', async (t) => {
  const printed = execFileSync(process.execPath, ['tools/trace.mjs', '--files'], { encoding: 'utf8' });
  const token = printed.split('\n## ').find((section) => section.startsWith('token\n')) ?? '';
  t.match(token, /oauth\/token\/route\.js/, 'it is traced');
  const files = [...token.matchAll(/^pingone\/expressions\/([\w-]+)\.js/gm)].map(([, name]) => name);
  t.same(files, ['expression']);
});
