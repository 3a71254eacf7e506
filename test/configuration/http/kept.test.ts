import t from 'tap';
import { keepViews } from '../../../src/configuration/http/kept-views.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

t.test('a view is kept for one version of an item, and for what else it is made of', async (t) => {
  const shown: string[] = [];
  const view = keepViews((item: { readonly name: string }, url: string) => {
    shown.push(`${url}/${item.name}`);
    return item;
  });
  const item = { name: 'a' };
  t.equal(view(item, 'http://one'), view(item, 'http://one'));
  t.not(view(item, 'http://two'), view(item, 'http://one'));
  t.not(view({ ...item }, 'http://one'), view(item, 'http://one'));
  t.same(shown.slice(0, 3), ['http://one/a', 'http://two/a', 'http://one/a']);
});

t.test('no more views are kept than the largest page has', async (t) => {
  const view = keepViews((item: { readonly at: number }) => item);
  const items = Array.from({ length: 1001 }, (_, at) => ({ at }));
  const [first, last] = [items[0], items[1000]];
  if (!first || !last) throw new Error('there are no items');
  const kept = view(first);
  for (const item of items.slice(0, 1000)) view(item);
  t.equal(view(first), kept, 'a thousand are kept');
  const newest = view(last);
  t.equal(view(last), newest);
  t.not(view(first), kept, 'one more, and they are made anew');
});

const usersIn = async (call: Awaited<ReturnType<typeof managementClient>>, query = '') => {
  const answer = await call('GET', `users${query}`);
  t.equal(answer.statusCode, 200, answer.body);
  return answer.json()._embedded.users;
};

t.test('a list shows a user as it is now, however often it was asked for before', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const alice = async () => (await usersIn(call)).find(({ id }: { id: string }) => id === ids.alice);
  const before = await alice();
  t.same(await alice(), before);
  await call('PATCH', `users/${ids.alice}`, { body: { nickname: 'Al' } });
  t.equal((await alice()).nickname, 'Al');
  const elsewhere = await call('GET', 'users', { headers: { host: 'localhost:1234' } });
  t.match(elsewhere.json()._embedded.users[0]._links.self.href, /^http:\/\/localhost:1234\//, 'links lead to where the request went');
});

t.test('a list of applications shows them as they are now', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const spa = async () =>
    (await call('GET', 'applications')).json()._embedded.applications.find(({ id }: { id: string }) => id === ids.spa);
  const { _links, ...body } = await spa();
  await call('PUT', `applications/${ids.spa}`, { body: { ...body, description: 'changed' } });
  t.equal((await spa()).description, 'changed');
});

t.test('a filter that was refused is taken once the schema has its attribute, and lists show it', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const query = `?filter=${encodeURIComponent('shoeSize eq "42"')}`;
  t.equal((await call('GET', `users${query}`)).statusCode, 400);
  const [schema] = (await call('GET', 'schemas')).json()._embedded.schemas;
  const attributes = `schemas/${schema.id}/attributes`;
  const attribute = { name: 'shoeSize', type: 'STRING', enabled: true };
  const { id } = (await call('POST', attributes, { body: attribute })).json();
  t.same(await usersIn(call, query), []);
  await call('PATCH', `users/${ids.bob}`, { body: { shoeSize: '42' } });
  t.match(await usersIn(call, query), [{ id: ids.bob, shoeSize: '42' }]);
  await call('DELETE', `${attributes}/${id}`);
  t.equal((await call('GET', `users${query}`)).statusCode, 400, 'and refused again once it is gone');
});

t.test('the members of a group are looked up each time that a filter asks for them', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const query = `?filter=${encodeURIComponent('memberOfGroups[id eq "g"]')}`;
  t.same(await usersIn(call, query), []);
  await environment.store.memberships.put({ id: 'm', group: { id: 'g' }, member: { id: ids.alice, type: 'USER' } });
  t.match(await usersIn(call, query), [{ id: ids.alice }]);
});
