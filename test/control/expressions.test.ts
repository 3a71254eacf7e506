// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { buildTestServer, ids } from '../helpers/server.js';

t.test('an expression is evaluated with a user, an application and a request, part by part', async (t) => {
  const { app } = await buildTestServer(t);
  const ask = (body: object) =>
    app.inject({ method: 'POST', url: '/__mock/v1/environments/default/expression', headers: { host: 'localhost' }, payload: body });
  const answer = await ask({
    expression: '(context.requestData.grantType == "client_credentials") ? context.appConfig.clientId : user.name.given',
    user: 'Alice',
    client_id: ids.service,
    request: { grantType: 'token-exchange' },
  });
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json().parts.slice(0, 3), [
    { part: 'context.requestData.grantType', value: 'token-exchange' },
    { part: '(context.requestData.grantType == "client_credentials")', value: false },
    { part: 'user.name.given', value: 'Alice' },
  ]);
  t.equal(answer.json().value, 'Alice');
  t.match((await ask({ expression: 'urn:${context.appConfig.clientId}', client_id: ids.service })).json(), { value: `urn:${ids.service}` });
  t.match((await ask({ expression: '${user.id}', user: ids.alice })).json(), { value: ids.alice });
  t.strictSame((await ask({ expression: 'user.nickname' })).json(), { value: null, parts: [{ part: 'user.nickname', value: null }] });
  t.strictSame((await ask({ expression: 'user.' })).json(), { error: { message: 'a name is missing after the dot', at: 5 }, parts: [] });
  const unknown = { error: { message: 'there is no foo; there are user and context', at: 0 }, parts: [] };
  t.strictSame((await ask({ expression: 'foo.bar' })).json(), unknown, 'as where it is saved');
  t.match((await ask({ expression: 'a ${#root.foo}' })).json(), { error: { message: unknown.error.message, at: 10 } });
  t.match((await ask({ expression: '1 + null' })).json(), { error: { message: '+ cannot be applied to a number and null', at: 0 } });
  t.match((await ask({ expression: "'x' * 9999999" })).json(), { error: { message: /a text of more than/ } });
  for (const [body, message] of [
    [{ expression: '1', user: 'nobody' }, /there is no user nobody/],
    [{ expression: '1', client_id: 'none' }, /there is no application none/],
    [{ user: 'alice' }, /expression/],
  ] as const) {
    const refused = await ask(body);
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), { error: { message } });
  }
});
