import t from 'tap';
import type { Schema } from '../../src/lib/schema/compile.js';
import { isSecret } from '../../src/lib/schema/secrets.js';
import { buildTestServer } from '../helpers/server.js';

/** The journal knows secrets by their schemas (hide-secrets.test.ts): a member that is one must be called one. */

interface Node extends Schema {
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
}

const named = /(pass(word|code)|secret|otp|pin|code|token|credentials?|key|assertion|verifier)$|^(file|request)$/i;

/** Texts that are named like secrets and are none: `key` is the name of one, for Kerberos; `code` is that of a flow's error node. */
const known = new Set(['countryCode', 'code of a seed', 'actionKey', 'postalCode', 'discoverableCredentials', 'key', 'token of a fault']);

/** The texts of a schema that are named like a secret and not called one. */
function unmarked(schema: Node, fault: boolean): string[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const isText = typeof member.type === 'string' ? member.type === 'string' : member.type?.includes('string') === true;
    // One of a few words is no secret.
    const found = isText && member.enum === undefined && named.test(name) && !isSecret(member) ? [fault ? `${name} of a fault` : name] : [];
    return [...found, ...unmarked(member, fault)];
  });
  const parts = [...(schema.items ? [schema.items] : []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [...members, ...parts.flatMap((part) => unmarked(part, fault))];
}

const isSchema = (schema: unknown): schema is Schema => typeof schema === 'object' && schema !== null;

t.test('every text that a request may hold and that is named like a secret is called one in its schema', async (t) => {
  const { app } = await buildTestServer(t);
  const routes = await app.describedRoutes();
  t.ok(routes.length > 100);
  for (const { method, url, schema, bodies = {}, parameters } of routes) {
    const schemas = [schema.body, schema.querystring, parameters, ...Object.values(bodies)].filter(isSchema);
    const left = schemas
      .flatMap((each) => unmarked(each, url.endsWith('/faults')))
      .map((name) => (name === 'code' && url.endsWith('/environments') ? 'code of a seed' : name))
      .filter((name) => !known.has(name));
    t.same(left, [], `${method} ${url}`);
  }
  const looked = unmarked(
    { type: 'object', properties: { a: { type: 'array', items: { properties: { apiKey: { type: 'string' } } } } } },
    false,
  );
  t.same(looked, ['apiKey'], 'one that is not called a secret is found');
});
