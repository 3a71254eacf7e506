// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { conditionHolds } from '../../src/pingone/conditions.js';
import { maskAddress } from '../../src/signon/mfa/challenge.js';

const facts = {
  secondsSince: (authenticator: string) => ({ pwd: 100 })[authenticator],
  now: 0,
  user: { population: { id: 'p' }, username: 'alice', memberOfGroupNames: ['Team'] },
};
const since = (authenticator: string, greater: number) => ({
  secondsSince: `\${session.lastSignOn.withAuthenticator.${authenticator}.at}`,
  greater,
});
const nested = (depth: number): object => (depth === 0 ? since('pwd', 1000) : { and: [nested(depth - 1)] });

t.test('an action runs when its condition holds, or has no condition we can read', async (t) => {
  const cases: [name: string, condition: unknown, holds: boolean][] = [
    ['no condition', undefined, true],
    ['null', null, true],
    ['a text', 'x', true],
    ['an empty one', {}, true],
    ['an older sign-on', since('pwd', 99), true],
    ['a younger one', since('pwd', 100), false],
    ['no sign-on with that', since('mfa', 1_000_000), true],
    ['whatever it was done with', { secondsSince: '${session.lastSignOn.at}', greater: 1000 }, false],
    ['without a number', { secondsSince: '${session.lastSignOn.at}' }, true],
    ['not', { not: since('pwd', 100) }, true],
    ['and', { and: [since('pwd', 99), since('pwd', 100)] }, false],
    ['or', { or: [since('pwd', 99), since('pwd', 100)] }, true],
    ['equals', { value: '${user.population.id}', equals: 'p' }, true],
    ['equals not', { value: '${user.population.id}', equals: 'q' }, false],
    ['is in a list', { value: 'Team', contains: '${user.memberOfGroupNames}' }, true],
    ['is not in a list', { value: 'Other', contains: '${user.memberOfGroupNames}' }, false],
    ['is part of a text', { value: 'lic', contains: '${user.username}' }, true],
    ['is part of nothing', { value: 'lic', contains: '${user.nickname}' }, false],
    ['an expression that cannot be read', { value: '${user.', equals: 'x' }, false],
    ['a number', { value: 5, equals: 5 }, true],
    ['what we do not know', { value: 'x', ipRange: ['10.0.0.0/8'] }, true],
    ['a hundred deep', nested(100), true],
  ];
  for (const [name, condition, holds] of cases) t.equal(conditionHolds(condition, facts), holds, name);
  t.equal(
    conditionHolds({ value: '${user.id}', equals: 'x' }, { secondsSince: () => undefined, now: 0 }),
    false,
    'before anybody is known',
  );
});

t.test('addresses are masked', async (t) => {
  for (const [address, masked] of [
    ['alice@example.com', 'a****@example.com'],
    ['a@b', 'a@b'],
    ['+4412345', '******45'],
    ['1', '1'],
    ['', ''],
  ] as const)
    t.equal(maskAddress(address), masked);
});
