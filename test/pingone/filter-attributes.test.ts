import t from 'tap';
import { filterableGroups, filterablePopulations, filterableUsers } from '../../src/configuration/directory/filterable.js';
import { filterableEnvironments } from '../../src/configuration/environments/filterable.js';
import type { User } from '../../src/environment/model/user.js';

const user = {
  id: 'u',
  username: 'alice',
  enabled: true,
  name: { given: 'Alice' },
  population: { id: 'p' },
  badge: 'B1',
} as unknown as User;

t.test('users can be filtered by the attributes that PingOne lists', async (t) => {
  const { attributes, names, lists } = filterableUsers({ parts: true });
  const cases = [
    ['username', 'alice', 'eq'],
    ['name.given', 'Alice', 'co'],
    ['name.family', undefined, 'ew'],
    ['population.id', 'p', 'eq'],
    ['address.region', undefined, 'sw'],
    ['enabled', true, 'eq'],
  ] as const;
  for (const [name, value, operator] of cases) {
    t.equal(attributes(name)?.of(user), value, name);
    t.ok(attributes(name)?.operators.includes(operator), `${name} ${operator}`);
    t.ok(names.includes(name), name);
  }
  t.equal(attributes('name')?.of(user), undefined);
  t.equal(attributes('__proto__'), undefined);
  t.equal(attributes('constructor'), undefined);
  t.same(lists, ['memberOfGroups']);
});

t.test('users can be filtered by the custom attributes of the schema', async (t) => {
  const { attributes, names } = filterableUsers({ customAttributes: ['badge', 'population'] });
  t.equal(attributes('badge')?.of(user), 'B1');
  t.equal(attributes('population')?.of(user), undefined, 'an object is no value');
  t.equal(attributes('other'), undefined);
  t.equal(attributes('username')?.index, 'username');
  t.ok(names.includes('badge'));
});

t.test('the operators ew and co are available only when switched on', async (t) => {
  t.same(filterableUsers().attributes('email')?.operators, ['eq', 'sw']);
  t.same(filterableUsers({ parts: true }).attributes('email')?.operators, ['eq', 'sw', 'ew', 'co']);
  t.same(filterableUsers().attributes('enabled')?.operators, ['eq']);
});

t.test('groups, populations and environments can be filtered by id and name', async (t) => {
  for (const { attributes, names } of [filterableGroups, filterablePopulations, filterableEnvironments])
    for (const name of ['id', 'name']) t.ok(attributes(name) && names.includes(name), name);
});
