import { readFileSync } from 'node:fs';
import t from 'tap';
import { signOn } from '../helpers/fleet.js';
import { startRedis, withoutRedis } from '../helpers/redis.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/replicas.md', 'utf8');

/** The commands of the page, as their variables and arguments. */
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, text = '']) => text.trimEnd().split('\n'))
  .map((line) => {
    const [, variables = '', args = ''] = /^((?:[A-Z_]+=\S+ )*)node dist\/cli\.js (.*)$/.exec(line) ?? [];
    const env = Object.fromEntries(variables.split(' ').flatMap((each) => (each === '' ? [] : [each.split('=') as [string, string]])));
    return { line, env, args: args.split(' ') };
  });

t.test('docs/replicas.md has four commands, all of which start a server', { skip: withoutRedis }, async (t) => {
  t.equal(commands.length, 4);
  const { url: store } = await startRedis(t);
  const started = [];
  for (const { line, env, args } of commands) {
    // On a free port, and with a store of the test.
    const given = args.filter((word) => !/^(--port|94\d\d)$/.test(word)).map((word) => (word.startsWith('redis://') ? store : word));
    const { ready } = await launchReady(t, given, env);
    t.ok(ready.url, line);
    started.push(ready.url);
  }
  const [, one = '', other = '', apart = ''] = started;
  const { redeem } = await signOn(() => one);
  t.equal((await redeem(apart)).status, 400, 'another prefix shares nothing');
  t.equal((await redeem(other)).status, 200, 'two replicas share codes');
});

t.test('a link to a part of docs/replicas.md leads to a heading', async (t) => {
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [
    ...page.matchAll(/\]\(#([\w-]+)\)/g),
    ...readFileSync('docs/container.md', 'utf8').matchAll(/\]\(replicas\.md#([\w-]+)\)/g),
  ];
  t.ok(links.length > 2);
  for (const [, anchor = ''] of links) t.ok(anchors.includes(anchor), anchor);
});
