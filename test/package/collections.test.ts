import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

/** What outlives a call must not grow with what clients send: every collection that a closure or a module adds to is known here, with its bound. */

const root = process.cwd();
const { readSources } = (await import(pathToFileURL(join(root, 'tools/layout.mjs')).href)) as {
  readSources(root: string): Map<string, string>;
};

/** Those that end with the call that made them: they have at most as many items as what it reads. */
const ofOneCall = `
  configuration/applications/grants.ts names
  configuration/directory/password-policy.ts missed
  configuration/http/answers.ts paths
  configuration/seed/apply.ts applied
  configuration/seed/fill.ts twins
  configuration/stored/repair.ts found
  configuration/stored/repair.ts told
  control/openapi.ts paths
  environment/shared/journal/shared-recordings.ts exchanges
  environment/shared/redis/abbreviate.ts seen
  environment/store/factory.ts ids
  environment/store/load-folder.ts collections
  environment/store/unit.ts undos
  lib/json-position.ts offsets
  lib/json-position.ts open
  library/create-mock.ts mended
  oauth/tokens/claims.ts granted
  pingone/expressions/expression.ts parts
  pingone/expressions/pattern-parser.ts names
  pingone/expressions/pattern.ts program
  server/log.ts parts
  server/start.ts warnings
`;

/** Those that live on, and what bounds them. */
const bounds: Readonly<Record<string, string>> = {
  'checkup/cookie-jar.ts all': 'the cookies that one case sets, in at most twenty redirects for each address',
  'checkup/runs.ts findings': 'the cases',
  'checkup/runs.ts kept': 'mostKept',
  'checkup/runs.ts listeners': 'the open connections',
  'checkup/stage.ts browsers': 'the browsers of one case',
  'checkup/stage.ts made': 'the faults of one case',
  'configuration/activities/kinds.ts about': 'the routes',
  'checkup/tab.ts open': 'the requests of a tab that wait for an answer',
  'configuration/http/filtering.ts read': 'rememberedFilters',
  'configuration/subscriptions/deliveries.ts open': 'the environments',
  'configuration/subscriptions/queue.ts waiting': 'mostWaiting',
  'configuration/subscriptions/deliveries.ts queuesOf': 'the subscriptions',
  'control/events.ts waiting': 'the transactions of the journal',
  'control/openapi.ts routes': 'the routes',
  'environment/create-environments.ts opening': 'the environments',
  'environment/create-environments.ts unfinishedIds': 'the environments',
  'environment/journal/route-schemas.ts known': 'the routes',
  'environment/access-token.ts named': 'rememberedNames',
  'environment/shared/changes.ts followers': 'the environments',
  'environment/shared/changes.ts waiting': 'the writes that wait, for at most 900 ms',
  'environment/shared/redis/batches.ts waiting': 'the requests that are being answered; a batch that fails refuses all of them',
  'environment/shared/journal/shared-events.ts known': 'the environments',
  'environment/shared/journal/shared-events.ts listeners': 'the open connections',
  'environment/shared/journal/shared-events.ts sources': 'the environments',
  'environment/shared/journal/shared-log.ts known': 'mostTurnsKnown',
  'environment/shared/journal/shared-log.ts places': 'mostTurnsKnown',
  'environment/shared/journal/own-requests.ts fresh': 'the requests of a moment',
  'environment/shared/journal/own-requests.ts sent': 'twice the requests of the journal',
  'environment/shared/journal/shared-recordings.ts audited': 'the audit events of a moment',
  'environment/shared/journal/shared-recordings.ts cleared': 'three names',
  'environment/shared/journal/shared-recordings.ts known': 'mostKnown',
  'environment/shared/journal/shared-transactions.ts changed': 'the transactions of requests under way',
  'environment/shared/journal/shared-transactions.ts families': 'twice the transactions',
  'environment/shared/journal/shared-transactions.ts listeners': 'the journals of the environment',
  'environment/shared/journal/shared-transactions.ts transactions': 'mostTransactions',
  'environment/shared/journal/shared-transactions.ts uses': 'mostTransactions',
  'environment/shared/shared-factory.ts logs': 'the environments',
  'environment/shared/memory/memory-locks.ts locks': 'the work that is going on, by name',
  'environment/shared/memory/memory-logs.ts logs': 'the environments; what appends to a log caps it',
  'environment/shared/memory/memory-logs.ts watchers': 'one for each worker',
  'environment/shared/memory/memory-place.ts ends': 'the cap of the collection, and the lifetimes of its items',
  'environment/shared/memory/memory-store.ts environments': 'the environments',
  'environment/shared/memory/memory-store.ts known': 'the environments',
  'environment/shared/memory/memory-store.ts listeners': 'one for each worker',
  'environment/shared/memory/memory-store.ts ends': 'one for each listener and watcher of a worker',
  'environment/shared/pipe/batches.ts pieces': 'one batch',
  'environment/shared/pipe/batches.ts waiting': 'one turn of the event loop',
  'environment/shared/pipe/pipe-backend.ts waiting': 'the steps that wait, until the primary process has been silent for 5 s',
  'environment/shared/pipe/pipe-backend.ts shapes': 'the names of collections',
  'environment/shared/pipe/pipe-backend.ts watchers': 'one for each worker',
  'environment/shared/pipe/serve-pipe.ts shapes': 'the names of collections',
  'environment/shared/pipe/serve-pipe.ts watches': 'one for each worker',
  'environment/shared/redis/redis-backend.ts watchers': 'one for each replica',
  'environment/shared/shared-factory.ts environments': 'the environments',
  'environment/shared/shared-outbox.ts listeners': 'the open connections',
  'environment/shared/shared-factory.ts held': 'the environments',
  'environment/keys/derived-ring.ts known': 'eight',
  'environment/application-origins.ts byApplication': 'the applications',
  'environment/application-origins.ts counts': 'the origins of the applications',
  'environment/environment-registry.ts environments': 'their own limit',
  'environment/environment-departures.ts leaving': 'the environments',
  'environment/environment-registry.ts removals': 'the environments',
  'environment/custom-domains.ts byName': 'one domain an environment',
  'environment/custom-domains.ts names': 'one domain an environment',
  'environment/faults/claims-rules.ts rules': 'capacity',
  'environment/faults/hooks.ts entries': 'the library’s caller',
  'environment/faults/registry.ts faults': 'capacity',
  'environment/journal/activity-feed.ts listeners': 'the deliveries',
  'environment/journal/host-mismatch.ts reported': 'most',
  'environment/journal/outbox.ts listeners': 'the open connections',
  'environment/journal/request-journal.ts listeners': 'the open connections',
  'environment/journal/request-journal.ts queue': 'capacity',
  'environment/journal/transaction-events.ts listeners': 'the open connections',
  'environment/journal/transactions.ts families': 'twice the capacity',
  'environment/journal/transactions.ts listeners': 'the journals of the environment',
  'environment/journal/transactions.ts transactions': 'capacity',
  'environment/keys/application-keys.ts keys': 'the applications',
  'environment/model/baseline.ts baselines': 'the environments, and those of the seed',
  'environment/shared/shared-application-keys.ts keys': 'the applications',
  'environment/shared/shared-claims-rules.ts hooked': 'capacity',
  'environment/keys/environment-keys.ts rings': 'the key rotation policies',
  'environment/keys/public-keys.ts fetched': 'rememberedUrls',
  'environment/keys/spare-keys.ts spare': 'how many are kept ready',
  'environment/serialize.ts turns': 'the requests under way',
  'environment/signed-token.ts verified': 'rememberedTokens',
  'environment/store/environment-folder.ts kept': 'the collections',
  'environment/store/factory.ts environments': 'the environments',
  'environment/store/folder.ts environments': 'the environments',
  'environment/store/folder.ts removals': 'the environments',
  'environment/store/folder.ts strangers': 'the folders that the start finds',
  'http/exchange-schemas.ts itemPaths': 'the routes',
  'http/exchange-schemas.ts sentTo': 'the routes',
  'http/pingone-gateway.ts byUrl': 'the routes',
  'lib/clock.ts listeners': 'the parts of the environment',
  'lib/collections/endings.ts moments': 'as many as endings',
  'lib/collections/endings.ts orders': 'as many as endings',
  'lib/collections/endings.ts endings': 'at most twice the lives',
  'lib/collections/expiring.ts lives': 'cap',
  'lib/collections/recent.ts values': 'most',
  'lib/collections/table.ts byId': 'the configuration, which the management API writes',
  'lib/collections/table.ts listeners': 'the parts of the environment',
  'lib/ring.ts items': 'capacity',
  'server/cors.ts warned': 'maxWarnings',
  'server/log.ts held': 'the lines before the start',
  'server/tls/connect-proxy.ts tunnels': 'the open connections',
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Whether a line begins a function: an arrow, or a method whose name is not that of a statement. */
const beginsFunction = (line: string): boolean =>
  /=>|\bfunction\b/.test(line) || /^\s*(async )?(?!if|for|while|switch|catch)\w+(<.*>)?\(.*\).*\{$/.test(line);

/** The collections of a source that a function adds to that did not declare them. It goes by indentation, which Biome holds. */
function keptIn(source: string): string[] {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    // Of each environment, as long as that lives.
    const [, within] = /^const (\w+) = new WeakMap<.*\b(?:Map|Set|Recent|Queues)\b/.exec(line) ?? [];
    if (within) return [within];
    const declared = /^\s*(?:export )?(?:const|let) (\w+)(?:: .*?)? = (?:.*\bnew (?:Map|Set)\b.*|\[.*|\{.*|Array.*);?$/.exec(line);
    if (!declared) return [];
    const [, name] = declared;
    const depth = indentOf(line);
    const adds = new RegExp(`\\b${name}(?:\\.(?:set|add|push|unshift)\\(|\\[.*\\] (?:\\?\\?)?= )`);
    for (let each = at + 1; each < lines.length; each += 1) {
      const text = lines[each] as string;
      if (text.trim() !== '' && indentOf(text) < depth) return [];
      const place = text.search(adds);
      if (place < 0) continue;
      let isWithin = beginsFunction(text.slice(0, place));
      let indent = indentOf(text);
      for (let above = each - 1; above > at && indent > depth && !isWithin; above -= 1) {
        const outer = lines[above] as string;
        if (outer.trim() === '' || indentOf(outer) >= indent) continue;
        indent = indentOf(outer);
        isWithin = beginsFunction(outer);
      }
      if (isWithin) return [name as string];
    }
    return [];
  });
}

/** Command-line programs end with their work, and embedded*.ts are made. */
const isServed = (file: string): boolean => !/^(cli\/|embedded[\w-]*\.ts)/.test(file);

t.test('every collection that outlives the call that made it is known, with its bound', async (t) => {
  const found = [...readSources(join(root, 'src'))]
    .filter(([file]) => isServed(file))
    .flatMap(([file, source]) => keptIn(source).map((name) => `${file} ${name}`));
  const known = [...ofOneCall.trim().split(/\n */), ...Object.keys(bounds)];
  t.same(
    found.filter((each) => !known.includes(each)),
    [],
    'give it a bound, such as lib/collections/recent.ts or lib/ring.ts, a test that reaches it, and a line here',
  );
  t.same(
    known.filter((each) => !found.includes(each)),
    [],
    'these are gone',
  );
});

t.test('a map at module level, in a closure, or within another map is found, and one that a call only uses is not', async (t) => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['module', 'const seen = new Map<string, number>();\nexport function note(name: string) {\n  seen.set(name, 1);\n}\n', ['seen']],
    ['arrow', 'const names = new Set<string>();\nexport const note = (name: string) => names.add(name);\n', ['names']],
    [
      'list',
      'export function open() {\n  const lines: string[] = [];\n  return {\n    push(line: string) {\n      lines.push(line);\n    },\n  };\n}\n',
      ['lines'],
    ],
    ['object', 'const cache: Record<string, string> = {};\nexport function put(name: string) {\n  cache[name] = name;\n}\n', ['cache']],
    ['within', 'const turns = new WeakMap<object, Map<string, string>>();\n', ['turns']],
    ['weak', 'const made = new WeakMap<object, string>();\nexport const note = (of: object) => made.delete(of);\n', []],
    [
      'local',
      'export function read(all: string[]) {\n  const seen = new Set<string>();\n  for (const each of all) {\n    if (each) seen.add(each);\n  }\n  return seen;\n}\n',
      [],
    ],
    ['constant', "const known = new Set(['a']);\nexport const isKnown = (name: string) => known.has(name);\n", []],
  ];
  for (const [name, source, expected] of cases) t.same(keptIn(source), expected, name);
});

t.test('names that clients choose are remembered up to a small constant', async (t) => {
  for (const [file, constant, most] of [
    ['oauth/discovery.ts', 'rememberedNames', 64],
    ['environment/public-urls.ts', 'rememberedHosts', 256],
    ['environment/access-token.ts', 'rememberedNames', 128],
    ['environment/signed-token.ts', 'rememberedTokens', 128],
    ['configuration/http/filtering.ts', 'rememberedFilters', 256],
    ['server/tls/credentials.ts', 'rememberedNames', undefined],
    ['environment/keys/public-keys.ts', 'rememberedUrls', 100],
    ['server/cors.ts', 'rememberedPaths', undefined],
  ] as const) {
    const source = readFileSync(join(root, 'src', file), 'utf8');
    t.match(source, new RegExp(`createRecent<.*>\\(${constant}\\)`), file);
    const value = Number(new RegExp(`const ${constant} = (\\d+);`).exec(source)?.[1]);
    t.ok(value <= 256 && (most === undefined || value === most), `${file}: ${value}`);
  }
  const callers = [...readSources(join(root, 'src'))].filter(([file, source]) => isServed(file) && /createRecent</.test(source));
  t.same(callers.map(([file]) => file).sort(), [
    'configuration/http/filtering.ts',
    'environment/access-token.ts',
    'environment/keys/public-keys.ts',
    'environment/public-urls.ts',
    'environment/signed-token.ts',
    'lib/collections/recent.ts',
    'oauth/discovery.ts',
    'server/cors.ts',
    'server/tls/credentials.ts',
  ]);
});
