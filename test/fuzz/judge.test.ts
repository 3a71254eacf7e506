import t from 'tap';
import { createChance } from './chance.js';
import { readCorpus } from './corpus.js';
import { type Plan, planJourney, travel } from './journeys.js';
import { wrongWith } from './judge.js';
import { malformedMessage, statusesOf } from './malformed.js';
import type { FuzzRequest } from './request.js';
import { openSession } from './session.js';

/** What the fuzz run finds, and that it repeats itself. */

const answer = (status: number, headers: Record<string, string> = {}, body = '') => ({ status, headers, body });

t.test('an answer is wrong that is 5xx, shows a stack, is no JSON or leads to a foreign host', (t) => {
  const cases: [ReturnType<typeof answer>, RegExp | undefined][] = [
    [answer(200), undefined],
    [answer(404, { 'content-type': 'application/json' }, '{"a":1}'), undefined],
    [answer(302, { location: 'https://example.com/callback?error=x' }), undefined],
    [answer(302, { location: '/signon/?next=https://attacker.example' }), undefined],
    [answer(500), /answered 500/],
    [answer(400, {}, 'Error: x\n    at work (file:///app/src/a.js:5:7)'), /stack trace/],
    [answer(200, { 'content-type': 'application/hal+json' }, '{"a":'), /not/],
    [answer(302, { location: 'https://attacker.example/callback' }), /redirects/],
    [answer(302, { location: '//attacker.example' }), /redirects/],
    [answer(302, { location: '/\\attacker.example' }), /redirects/],
    [answer(302, { location: 'http://localhost:3000@attacker.example/' }), /redirects/],
  ];
  for (const [given, wrong] of cases) {
    const found = wrongWith({ path: '/x/as/authorize' }, given);
    if (wrong) t.match(found, wrong, JSON.stringify(given));
    else t.equal(found, undefined, JSON.stringify(given));
  }
  t.end();
});

t.test('all answers on a socket count, not only the first', (t) => {
  t.same(statusesOf('HTTP/1.1 200 OK\r\n\r\n{"a":1}HTTP/1.1 400 Bad Request\r\n\r\n{}'), [200, 400]);
  t.end();
});

t.test('the same seed makes the same items, another one others', (t) => {
  const plans = (seed: string) =>
    Array.from({ length: 50 }, (_, at) => [planJourney(createChance(seed, at)), malformedMessage(createChance(seed, at))]);
  t.same(plans('1'), plans('1'));
  t.not(JSON.stringify(plans('1')), JSON.stringify(plans('2')));
  t.end();
});

t.test('a journey without mutations ends with what it went for', async (t) => {
  const session = await openSession({ inProcess: true, lanes: 1 });
  t.teardown(session.close);
  const goals: Record<string, RegExp> = {
    code: /POST .*\/revoke 200/,
    page: /GET .*\/userinfo 200/,
    pushed: /POST .*\/token 200/,
    device: /GET .*\/userinfo 200/,
    implicit: /GET .*\/resume 200/,
    exchange: /POST .*\/token 200 POST .*\/introspect 200$/,
    backchannel: /GET .*\/userinfo 200/,
    minted: /GET .*\/userinfo 200/,
  };
  for (const [journey, goal] of Object.entries(goals)) {
    const passed: string[] = [];
    const plan: Plan = { journey, mutations: [] };
    await travel(plan, async (request: FuzzRequest) => {
      const given = await session.send(request);
      passed.push(`${request.method} ${request.path.replace(/\?.*/, '')} ${given.status}`);
      return given;
    });
    t.match(passed.join(' '), goal, `${journey}: ${passed.join('\n')}`);
  }
});

t.test('no case of the corpus fails again', async (t) => {
  const session = await openSession({ inProcess: true, lanes: 1 });
  t.teardown(session.close);
  for (const { why, ...item } of readCorpus()) {
    const send = async (request: FuzzRequest) => {
      const given = await session.send(request);
      t.equal(wrongWith(request, given), undefined, why);
      return given;
    };
    if ('request' in item) await send(item.request);
    if ('plan' in item) await travel(item.plan, send);
  }
  t.same(session.complaints(), []);
});
