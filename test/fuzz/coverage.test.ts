import t from 'tap';
import { createChance } from './chance.js';
import { createCoverage } from './coverage.js';
import { Places } from './places.js';

const routes = [
  { method: 'GET', url: '/sessions/me' },
  { method: 'GET', url: '/sessions/:itemId' },
  { method: 'DELETE', url: '/sessions/:itemId' },
  { method: 'GET', url: '/signon/' },
  { method: 'GET', url: '/assets/*' },
];

t.test('answers are counted for the route that fits best, and routes without them are named', async (t) => {
  const coverage = createCoverage(routes);
  for (const [method, path, status] of [
    ['GET', '/sessions/me?x=/y', 200],
    ['GET', '/sessions/5', 404],
    ['DELETE', '/sessions/me', 204],
    ['GET', '/signon', 302],
    ['GET', '/assets/a/b.js', 400],
    ['GET', '/nowhere', 404],
  ] as const)
    coverage.note(method, path, status);
  t.same(coverage.missing(), {
    neverSucceeded: ['GET /sessions/:itemId', 'GET /assets/*'],
    neverRefused: ['GET /sessions/me', 'DELETE /sessions/:itemId', 'GET /signon/'],
  });
  t.match(coverage.table()[0], /^ +1 2xx +0 3xx +0 4xx {2}GET \/sessions\/me$/);
});

t.test('paths that answers name are asked for again, until nothing is there', async (t) => {
  const places = new Places(['/v1/groups', '/v1/groups/{id}', '/v1/groups/{id}/members'].map((path) => ({ method: 'GET', path })));
  const chance = createChance('1', 1);
  t.equal(places.pathOf('/v1/groups/{id}', chance), undefined);
  places.learn(
    'GET',
    '/v1/groups?limit=1',
    '{"_embedded":{"groups":[{"name":"G"}]},"self":{"href" : "http://localhost:9400/v1/groups/7"}}',
  );
  t.same(places.pathOf('/v1/groups/{id}', chance), { path: '/v1/groups/7', rest: [] });
  t.same(places.pathOf('/v1/groups/{id}/members', chance), { path: '/v1/groups/7', rest: ['members'] }, 'and what is below it');
  t.same(places.bodyOf({ method: 'POST', path: '/v1/groups' }, 'application/json', chance), { name: 'G' }, 'another is made like it');
  places.forget('/v1/groups/7');
  t.equal(places.pathOf('/v1/groups/{id}', chance), undefined);
});
