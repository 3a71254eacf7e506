import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import t from 'tap';
import { parseOwn } from '../../src/lib/unknown.js';
import { connectMock } from '../../src/library/connect-mock.js';
import { launchReady, run } from './command.js';

const page = readFileSync('docs/agents.md', 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

interface Registered {
  readonly command: string;
  readonly args: readonly string[];
}

/** The arguments of the built command that a registration names, for another address. */
const argumentsOf = ({ args: [name, ...argv] }: Registered, url: string): string[] => {
  t.equal(name, 'pingone-mock');
  return ['dist/cli.js', ...argv.map((each) => each.replace('http://localhost:9400', url))];
};

async function agentWith(t: { teardown(end: () => unknown): unknown }, args: string[]) {
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }));
  t.teardown(() => client.close());
  return client;
}

t.test('an editor that is configured as docs/agents.md says reaches the running mock', async (t) => {
  const { ready } = await launchReady(t);
  const [most, code, ...more] = blocks('json').map((text) => parseOwn<Record<string, Record<string, Registered>>>(text));
  t.same(more, []);
  for (const registered of [most?.mcpServers?.['pingone-mock'], code?.servers?.['pingone-mock']]) {
    if (!registered) throw new Error('docs/agents.md registers nothing');
    const client = await agentWith(t, argumentsOf(registered, ready.url));
    t.match(await client.callTool({ name: 'get_state', arguments: {} }), { content: [{ text: new RegExp(ready.url) }] });
  }
});

t.test('the example of docs/agents.md goes as it says', async (t) => {
  const { ready } = await launchReady(t);
  const mock = await connectMock(ready.url);
  const client = await agentWith(t, ['dist/cli.js', 'mcp', '--url', ready.url]);
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const signOn = async (challenge: string) => {
    const parameters = { code_challenge: challenge };
    const flow = await mock.authorize({ app: 'Demo SPA', user: 'alice', parameters });
    await flow.redeem({ code_verifier: verifier }).catch(() => undefined);
  };
  const [failing = '', mended = '', ...more] = blocks('text');
  t.same(more, []);
  for (const [challenge, talk] of [
    [verifier, failing],
    ['E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', mended],
  ] as const) {
    await signOn(challenge);
    const turns = [...talk.matchAll(/^→ (\w+) (.*)\n← (.*)$/gm)];
    t.ok(turns.length > 0);
    for (const [, name = '', given = '', expected = ''] of turns) {
      const { content } = await client.callTool({ name, arguments: parseOwn(given) });
      t.match(parseOwn((content as { text: string }[])[0]?.text ?? ''), parseOwn(expected), `${name} ${given}`);
    }
  }
});

t.test('wrong usage of the command for agents is one sentence', async (t) => {
  const cases: [argv: string[], env: Record<string, string>, said: RegExp, code: number][] = [
    [['--url', 'localhost'], {}, /--url is "localhost"; expected an http or https URL/, 2],
    [['--url', 'http://127.0.0.1:9', '--port', '1'], {}, /--port is a setting of a new mock, but --url names a running one/, 2],
    [['--url', 'http://127.0.0.1:9'], {}, /no response.*start the mock/s, 1],
    [[], { PINGONE_MOCK_ADMIN: 'off' }, /the tools need the control API/, 2],
    [['--prot', '1'], {}, /--prot/, 2],
  ];
  for (const [argv, env, said, code] of cases) {
    const ended = await run(['mcp', ...argv], env);
    t.match(ended.errors, said);
    t.same([ended.code, ended.output], [code, ''], 'nothing but the protocol goes to standard output');
  }
});

t.test('the command for agents ends with its input', async (t) => {
  const { code, output } = await run(['mcp']);
  t.same([code, output], [0, '']);
});
