import t from 'tap';
import type { Application } from '../../../src/environment/model/application.js';
import type { Resource, ResourceAttribute, Scope } from '../../../src/environment/model/configuration.js';
import type { User } from '../../../src/environment/model/user.js';
import { userClaims } from '../../../src/oauth/tokens/claims.js';
import { type GrantedScopes, resolveScopes } from '../../../src/oauth/tokens/scopes.js';
import { counted } from '../../helpers/counted.js';
import { buildTestServer, ids, ownMemoryOnly } from '../../helpers/server.js';

/** Work that grows with the product of two lists of a request is counted, not timed. */

/** How often items are read to resolve as many scopes as are granted, all of them in the order that is worst for a search. */
function readsFor(size: number): number {
  const names = Array.from({ length: size }, (_, at) => `scope-${at}`);
  const [openid, own, asked] = [counted(['openid', ...names]), counted(names.map((name) => `own-${name}`)), counted(names.toReversed())];
  const resource = { id: 'r', name: 'Orders', type: 'CUSTOM' } as GrantedScopes['others'][number]['resource'];
  const { scopes } = resolveScopes({ openid: openid.list, others: [{ resource, scopes: own.list }] }, asked.list);
  t.equal(scopes.length, size);
  return openid.reads() + own.reads() + asked.reads();
}

t.test('resolving scopes reads each list a fixed number of times, however many scopes are asked for', async (t) => {
  const [half, whole] = [readsFor(500), readsFor(1000)];
  t.ok(whole <= 6 * 1000, `${whole} reads for 1000 scopes`);
  t.ok(whole <= 2.1 * half, `${half} for half of them`);
});

const notCounted = ownMemoryOnly('a shared store makes items of their own, whose reads cannot be counted');
t.test('the claims that a scope maps are read once, however many attributes the resource has', { skip: notCounted }, async (t) => {
  const { environment } = await buildTestServer(t);
  const { store } = environment;
  const [openId] = (await store.resources.find('type', 'OPENID_CONNECT')) as [Resource];
  const [email] = (await store.scopes.find('resource and name', `${openId.id} email`)) as [Scope];
  const attributes = Array.from({ length: 300 }, (_, at) => ({
    id: environment.random.uuid(),
    environment: { id: environment.id },
    createdAt: email.createdAt,
    updatedAt: email.updatedAt,
    resource: { id: openId.id },
    type: 'CUSTOM',
    name: `claim${at}`,
    value: `${at}`,
  }));
  for (const attribute of attributes) await store.resourceAttributes.put(attribute as ResourceAttribute);
  const mapped = counted(attributes.map(({ id }) => id).toReversed());
  await store.scopes.put({ ...email, mappedClaims: mapped.list });
  const before = mapped.reads();
  const { claims } = await userClaims(environment, {
    application: (await store.applications.get(ids.web)) as Application,
    user: (await store.users.get(ids.alice)) as User,
    scopes: ['openid', 'email'],
    target: 'idToken',
  });
  t.match(claims, { claim0: '0', claim299: '299' });
  const reads = mapped.reads() - before;
  t.ok(reads > 0 && reads <= 2 * 300, `${reads} reads of 300 claims`);
});
