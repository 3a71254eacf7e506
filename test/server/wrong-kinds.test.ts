import fc from 'fast-check';
import t from 'tap';
import type { Schema } from '../../src/lib/schema/compile.js';
import { managementClient, workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';
import { exampleOf, placesOf, withValueAt, wrongKinds } from '../helpers/wrong-kinds.js';

/** Every route that reads a body gets bodies of the wrong kind. */

interface Target {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly type: string;
  readonly schema: Schema;
}

const isMethod = (method: string): method is Target['method'] => ['POST', 'PUT', 'PATCH'].includes(method);

/** What the parameters of paths stand for. */
const places: Readonly<Record<string, string>> = {
  environmentId,
  applicationId: ids.spa,
  userId: ids.alice,
  resourceId: 'f0000000-0000-4000-8000-000000000001',
  flowId: ids.alice,
};

t.test('no body of the wrong kind causes a 500 at any route of the server', async (t) => {
  const { app } = await buildTestServer(t);
  const authorization = `Bearer ${await workerToken(app)}`;
  const call = await managementClient(app);
  const firstOf = async (path: string) =>
    Object.values((await call('GET', path)).json<{ _embedded: Record<string, { id: string }[]> }>()._embedded)[0]?.[0]?.id ?? '';
  const known = {
    ...places,
    schemaId: await firstOf('schemas'),
    policyId: await firstOf('signOnPolicies'),
    itemId: await firstOf('passwordPolicies'),
  };
  const targets = (await app.describedRoutes()).flatMap(({ method, url, schema, bodies, parameters }): Target[] => {
    // A fault does what it is asked for, 5xx included, and the lab runs for seconds.
    if (!isMethod(method) || /\/(faults|lab|reset)$/.test(url)) return [];
    const contents = bodies ?? { 'application/json': schema.body ?? parameters ?? {} };
    const path = url.replace(/:(\w+)/g, (_, name: string) => Reflect.get(known, name) ?? ids.alice);
    return Object.entries(contents).map(([type, of]) => ({ method, url: path, type, schema: of }));
  });
  t.ok(targets.length > 80, 'the list is that of the whole server');
  const wrong: string[] = [];
  for (const { method, url, type, schema } of targets) {
    const send = async (body: unknown) => {
      const { statusCode, payload } = await app.inject({
        method,
        url,
        headers: { host: 'localhost:9400', authorization, 'content-type': type },
        payload: JSON.stringify(body),
      });
      return statusCode < 500 ? '' : `${method} ${url} ${JSON.stringify(body)}: ${statusCode} ${payload}`;
    };
    const example = exampleOf(schema);
    // Another kind for each place in turn: together the routes see each kind in many.
    const bodies = placesOf(example).map((place, at) => withValueAt(example, place, wrongKinds[at % wrongKinds.length]));
    for (const body of [example, ...bodies]) wrong.push(await send(body));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...wrongKinds)), async (body) => {
        wrong.push(await send(body));
      }),
      { numRuns: 8, seed: 1 },
    );
  }
  t.same(
    wrong.filter((one) => one !== ''),
    [],
  );
});
