import t from 'tap';
import { nodeProblems } from '../../../src/configuration/flow-policies/judge-nodes.js';
import { completed, nodesOf } from '../../../src/configuration/flow-policies/nodes.js';
import { presets } from '../../../src/configuration/flow-policies/presets.js';
import type { SeedNode } from '../../../src/environment/model/flow-policies.js';

const fields = [{ key: 'username' }, { key: 'password', type: 'PASSWORD' }];
const form: SeedNode = { type: 'form', fields, buttons: [{ key: 'SIGNON', label: 'Sign On' }] };
const password: SeedNode = { type: 'password' };
const success: SeedNode = { type: 'success' };

t.test('the nodes of a flow are judged, and each message says where and what is wrong', async (t) => {
  const cases: [string, SeedNode[], string[]][] = [
    ['a sign-on', [form, password, success], []],
    ['a sign-on with a code and a phone', [form, password, { type: 'otp' }, { type: 'push' }, success], []],
    ['none', [], [': expected at least one node']],
    [
      'a misspelled type',
      [form, { type: 'pasword' }, success],
      [
        '[1].type: there is no type "pasword"; did you mean "password"? (form, password, otp, push, register, password-reset, success, error)',
      ],
    ],
    [
      'an unknown node',
      [form, { type: 'password', next: 'succes' }, success],
      ['[1].next: there is no node "succes"; did you mean "success"?'],
    ],
    [
      'an unknown node behind a button',
      [{ ...form, buttons: [{ key: 'A', label: 'A', next: 'pasword' }] }, password, success],
      ['[0].buttons[0].next: there is no node "pasword"; did you mean "password"?'],
    ],
    ['two of one name', [form, password, form, success], ['[2]: another node is called "form": give this one its own id']],
    [
      'a member of another type',
      [form, { ...password, message: 'm' }, success],
      ['[1].message: a node of the type password has no message'],
    ],
    ['a form without buttons', [{ type: 'form', fields }, password, success], ['[0]: a node of the type form needs buttons']],
    [
      'a form with an empty list',
      [{ ...form, buttons: [] }, password, success],
      ['[0].buttons: a form needs a button that leads to a next node'],
    ],
    ['an error without a message', [form, password, success, { type: 'error' }], ['[3]: a node of the type error needs message']],
    [
      'something after the end',
      [form, password, { type: 'success', next: 'form' }],
      ['[2].next: nothing follows a node of the type success'],
    ],
    [
      'a key twice',
      [{ ...form, fields: [...fields, { key: 'SIGNON' }] }, password, success],
      ['[0].buttons[0].key: another field or button of the form has the key "SIGNON"'],
    ],
    [
      'an end that leads nowhere',
      [form, password],
      ['[1]: the last node leads nowhere: make it a success or error node, or give it a next'],
    ],
    ['no success', [form, password, { type: 'error', message: 'm' }], [': no success node can be reached, so users could not sign on']],
    [
      'a node that nothing leads to',
      [form, { type: 'password', next: 'success' }, { id: 'lost', type: 'otp' }, success],
      ['[2]: no node leads to "lost"'],
    ],
    [
      'a loop without a form',
      [
        {
          ...form,
          buttons: [
            { key: 'A', label: 'A', next: 'password' },
            { key: 'B', label: 'B', next: 'again' },
          ],
        },
        { type: 'password', next: 'success' },
        success,
        { id: 'again', type: 'password', next: 'again' },
      ],
      ['[3]: "again" leads back to itself without a form in between'],
    ],
    [
      'a loop with a form',
      [
        form,
        { type: 'password', next: 'otp' },
        { type: 'otp', next: 'form 2' },
        {
          ...form,
          id: 'form 2',
          buttons: [
            { key: 'A', label: 'A', next: 'otp' },
            { key: 'B', label: 'B', next: 'success' },
          ],
        },
        success,
      ],
      [],
    ],
    [
      'a sign-on of anybody',
      [
        {
          ...form,
          buttons: [
            { key: 'A', label: 'A', next: 'password' },
            { key: 'B', label: 'B', next: 'success' },
          ],
        },
        password,
        success,
      ],
      ['[2]: success can be reached before the user is known: a password, register or password-reset node has to come first'],
    ],
    [
      'a code for an unknown person',
      [form, { type: 'otp' }, password, success],
      ['[1]: otp can be reached before the user is known: a password, register or password-reset node has to come first'],
    ],
    ['a check before any form', [password, success], ['[0]: password needs the field "username", which no form has']],
    [
      'a check before its form',
      [{ type: 'password', next: 'form' }, { ...form, buttons: [{ key: 'A', label: 'A', next: 'success' }] }, success],
      ['[0]: password comes before any form, so what it reads has not been entered yet'],
    ],
    [
      'a check of what no form asks for',
      [{ ...form, fields: [{ key: 'username' }] }, password, success],
      ['[1]: password needs the field "password", which no form has'],
    ],
  ];
  for (const [name, nodes, expected] of cases)
    t.same(
      nodeProblems(nodes).map(({ path, message }) => `${path}: ${message}`),
      expected,
      name,
    );
});

t.test('a hundred nodes that all lead to all are judged in no time', async (t) => {
  const ids = Array.from({ length: 99 }, (_, at) => `n${at}`);
  const nodes = ids.map((id) => ({ ...form, id, buttons: ids.slice(0, 20).map((next) => ({ key: next, label: next, next })) }));
  const found = nodeProblems([...nodes, success]);
  t.ok(found.length > 50);
});

t.test('the ready flows are right, and each signs a person on', async (t) => {
  for (const [name, nodes] of Object.entries(presets)) t.same(nodeProblems(nodes), [], name);
  t.same(nodesOf({}), nodesOf({ preset: 'sign-on' }), 'sign-on is the usual one');
  t.same(nodesOf({ preset: 'unknown' }), nodesOf({}), 'also where a data folder names another');
});

t.test('a node leads to the following one, and the first button submits', async (t) => {
  const [first, second, third] = completed([form, password, success]);
  t.match(first, { id: 'form', name: 'form', next: 'password', buttons: [{ key: 'SIGNON', type: 'SUBMIT_BUTTON', next: 'password' }] });
  t.same(second, { id: 'password', type: 'password', next: 'success' });
  t.same(third, { id: 'success', type: 'success', next: undefined });
});
