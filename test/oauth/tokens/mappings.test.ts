// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { decodeJwt, SignJWT } from 'jose';
import t from 'tap';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { as, authorize, post, redeem } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

type Test = Parameters<typeof buildTestServer>[0];

/** A server with the resource Books, granted to the service application and the single-page one. */
async function build(t: Test) {
  const server = await buildTestServer(t);
  const books = await addResource(server, 'Books', ['books:read']);
  for (const id of [ids.service, ids.spa]) await grant(server, id, 'Books', ['books:read']);
  const call = await managementClient(server.app);
  const map = (name: string, value: string, more: object = {}) =>
    call('POST', `resources/${books.id}/attributes`, { body: { name, value, ...more } });
  const service = (form: Record<string, string> = {}) =>
    post(server.app, `${as}/token`, {
      grant_type: 'client_credentials',
      scope: 'books:read',
      client_id: ids.service,
      client_secret: 'service-secret',
      ...form,
    });
  return { ...server, books, call, map, service };
}

t.test('a mapping sees the token request, its client assertion and the application', async (t) => {
  const { app, map, service, ...server } = await build(t);
  const mapped = {
    request: '#root.context.requestData.grantType',
    asked: 'context.requestData.scope',
    config: '#root.context.appConfig',
    assertion: '#root.context.requestData.clientAssertion.tier',
    algorithm: '#root.context.requestData.clientAssertionHeader.alg',
    whose: '#root.user.id',
    mail: "user.email ?: 'none'",
    everything: "#root.context.requestData.grantType == 'authorization_code' ? 'code' : 'other'",
  };
  for (const [name, expression] of Object.entries(mapped)) t.equal((await map(name, `\${${expression}}`)).statusCode, 201, name);

  const own = decodeJwt((await service()).json().access_token);
  t.match(own, {
    request: 'client_credentials',
    asked: 'books:read',
    config: { clientId: ids.service, tokenEndpointAuthMethod: null, envId: server.environment.id },
    mail: 'none',
    everything: 'other',
  });
  t.notOk('whose' in own || 'assertion' in own, 'there is no user, and no assertion');

  const tokens = (await redeem(app, await authorize(app, { parameters: { scope: 'openid books:read' } }))).json();
  t.match(decodeJwt(tokens.access_token), {
    request: 'authorization_code',
    config: { clientId: ids.spa },
    whose: ids.alice,
    mail: 'alice@example.com',
    everything: 'code',
  });

  await changeApplication({ ...server, app }, ids.service, { tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' });
  const assertion = await new SignJWT({ tier: 'gold' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ids.service)
    .setSubject(ids.service)
    .setAudience(`http://localhost:80${as}/token`)
    .setExpirationTime(server.clock.now() / 1000 + 60)
    .sign(Buffer.from('service-secret'));
  const response = await post(app, `${as}/token`, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: 'books:read',
  });
  t.match(decodeJwt(response.json().access_token), {
    assertion: 'gold',
    algorithm: 'HS256',
    config: { tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' },
  });
});

t.test('a claim that is left out is told in the log and in the transaction, with its parts', async (t) => {
  const { map, service, environment } = await build(t);
  const warned: unknown[] = [];
  environment.log.warn = ((line: object) => warned.push(line)) as typeof environment.log.warn;
  await map('sum', '${3 + context.requestData.actorTokenType}');
  await map('slow', "${context.requestData.scope * 1000 matches '(.*)*x'}");
  await map('nested', "${{'sub': context.requestData.grantType, 'act': context.requestData.actorToken}}");
  for (let count = 0; count < 2; count += 1) {
    const claims = decodeJwt((await service()).json().access_token);
    t.notOk('sum' in claims || 'slow' in claims);
    t.strictSame(claims.nested, { sub: 'client_credentials', act: null }, 'a nested null stays');
  }
  t.match(warned, [
    { event: 'expression', attribute: 'sum', reason: '+ cannot be applied to a number and null (at position 2)' },
    { event: 'expression', attribute: 'slow', reason: /it takes too many steps/ },
  ]);
  t.equal(warned.length, 2, 'each reason once');
  const steps = environment.transactions
    .list()
    .at(-1)
    ?.steps.filter(({ kind }) => kind === 'claim');
  t.match(steps, [
    {
      title: 'Claim sum left out of the Access token',
      ok: null,
      data: {
        claim: 'sum',
        expression: '${3 + context.requestData.actorTokenType}',
        reason: '+ cannot be applied to a number and null',
        at: 2,
        parts: [{ part: 'context.requestData.actorTokenType', value: null }],
      },
    },
    { title: 'Claim slow left out of the Access token' },
  ]);
});

t.test('an attribute with a reserved name is left out with a warning, once in the log', async (t) => {
  const { map, service, environment } = await build(t);
  const warned: unknown[] = [];
  environment.log.warn = ((line: object) => warned.push(line)) as typeof environment.log.warn;
  const names = ['iss', 'scope', 'p1.userId'];
  for (const name of names) t.equal((await map(name, 'mine')).statusCode, 201, name);
  for (let count = 0; count < 2; count += 1) {
    const claims = decodeJwt((await service()).json().access_token);
    t.notOk(Object.values(claims).includes('mine'));
  }
  const reasonOf = (name: string) => `the name ${name} is reserved: only the server sets this claim`;
  t.match(
    warned,
    names.map((attribute) => ({ event: 'expression', attribute, reason: reasonOf(attribute) })),
  );
  t.equal(warned.length, names.length);
  const steps = environment.transactions
    .list()
    .at(-1)
    ?.steps.filter(({ kind }) => kind === 'claim');
  t.match(
    steps,
    names.map((claim) => ({ title: `Claim ${claim} left out of the Access token`, data: { claim, reason: reasonOf(claim), parts: [] } })),
  );
  t.equal(steps?.length, names.length);
});

t.test('an expression that cannot be evaluated is refused when it is saved', async (t) => {
  const { map, call, books } = await build(t);
  const cases: [value: string, message: string][] = [
    ['${user.id', 'The expression is not valid at position 9: } is missing'],
    ['x ${user.email.trim()}', 'The expression is not valid at position 14: methods cannot be called: trim()'],
    ['${actor.client_id}', 'The expression is not valid at position 2: there is no actor; there are user and context'],
    ["${{'a': #root.session.id}}", 'The expression is not valid at position 14: there is no session; there are user and context'],
    ['${1+1}', 'The expression is not valid at position 3: the operator + needs a blank on both sides'],
  ];
  const paths = [`resources/${books.id}/attributes`, `applications/${ids.spa}/attributes`];
  for (const path of paths) {
    const made = (await call('POST', path, { body: { name: 'kept', value: '${user.id}' } })).json();
    for (const [value, message] of cases)
      for (const answer of [
        await call('POST', path, { body: { name: 'x', value } }),
        await call('PUT', `${path}/${made.id}`, { body: { ...made, value } }),
      ]) {
        t.equal(answer.statusCode, 400, value);
        t.match(answer.json(), { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE', target: 'value', message }] });
      }
  }
  t.equal((await map('long', `\${${"'x' + ".repeat(20_000)}'x'}`)).statusCode, 400, '100 kB');
  t.match((await map('deep', `\${${'('.repeat(7000)}1${')'.repeat(7000)}}`)).json(), { details: [{ message: /nests more than 64 deep/ }] });
});

t.test('a name that cannot exist is refused when it is saved, at its place; one that may exist is not', async (t) => {
  const { map, call } = await build(t);
  const requestData =
    'grantType, scope, requestedTokenType, clientAssertion, clientAssertionHeader, subjectToken, subjectTokenHeader, subjectTokenType, actorToken, actorTokenHeader, actorTokenType and virtualServerId';
  const refused: [value: string, message: string][] = [
    ['${user.favouriteColour}', 'position 7: there is no user.favouriteColour: the schema of users has no such attribute'],
    [
      '${user.name.first}',
      'position 12: there is no user.name.first; there are given, middle, family, formatted, honorificPrefix and honorificSuffix',
    ],
    ["${#root.user['photo'].url}", 'position 22: there is no user.photo.url; there are href'],
    ['${user.email.domain}', 'position 13: there is no user.email.domain: user.email has no members'],
    ['${context.request.scope}', 'position 10: there is no context.request; there are requestData and appConfig'],
    ['${#root.context.requestData.grant_type}', `position 28: there is no context.requestData.grant_type; there are ${requestData}`],
    ['${context.appConfig.name}', 'position 20: there is no context.appConfig.name; there are clientId, tokenEndpointAuthMethod and envId'],
    [
      '${context.requestData.scope.first}',
      'position 28: there is no context.requestData.scope.first: context.requestData.scope has no members',
    ],
    ["${{'a': #string.trim(user.name.last)}}", 'position 31: there is no user.name.last; there are given'],
    ['${#string.substring(user.id, 1)}', 'position 2: #string.substring takes 3 arguments, not 2'],
    ["${user.id matches '('}", 'position 18: the regular expression cannot be read at position 1: a group is not closed'],
    ["${#datetime.format(user.createdAt, 'bb')}", "position 35: 'bb' is not the form of a date, such as yyyy-MM-dd"],
  ];
  for (const [at, [value, message]] of refused.entries()) {
    const answer = await map(`no${at}`, value);
    t.equal(answer.statusCode, 400, value);
    const [detail] = answer.json().details;
    t.match([detail.code, detail.target], ['INVALID_VALUE', 'value']);
    t.ok(detail.message.startsWith(`The expression is not valid at ${message}`), `${value}: ${detail.message}`);
  }

  const schema = (await call('GET', 'schemas')).json()._embedded.schemas[0].id;
  t.equal((await call('POST', `schemas/${schema}/attributes`, { body: { name: 'favouriteColour', type: 'JSON' } })).statusCode, 201);
  const taken = [
    '${user.favouriteColour.shade}',
    '${user.population.name}',
    '${user.lastSignOn.remoteIp}',
    '${context.requestData.subjectToken.may_act.sub}',
    '${#root.context.requestData.clientAssertionHeader.kid}',
    '${user.address.countryCode}',
    '${user.memberOfGroupNames.?[#this matches "A.*"]}',
    "${user[#string.trim('x')]}",
  ];
  for (const [at, value] of taken.entries()) t.equal((await map(`yes${at}`, value)).statusCode, 201, value);
});

t.test('a required attribute is kept by the API and taken from a seed', async (t) => {
  const { map, call, books, service, context, environment } = await build(t);
  const act = await map('act', '${#root.context.requestData.actorToken.sub}', { required: true });
  t.match([act.statusCode, act.json()], [201, { required: true }]);
  const path = `resources/${books.id}/attributes/${act.json().id}`;
  t.match((await call('GET', path)).json(), { required: true });
  const refused = await service();
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), {
    error: 'invalid_request',
    error_description: /^Request failed: act is configured as required for the Access token but does not have a value \(Corr/,
  });
  t.match(environment.transactions.list().at(-1), { state: 'failed', diagnosis: { why: /actorToken\.sub/ } });
  t.match((await call('PUT', path, { body: { name: 'act', value: 'none', required: false } })).json(), { required: false });
  t.equal((await service()).statusCode, 200);

  const resources = [{ name: 'Seeded', attributes: [{ name: 'act', value: '${user.nickname}', required: true }] }];
  await applySeed(context, readSeed({ environments: [{ id: environment.id, resources }] }, 'seed.json'));
  const [seeded] = await environment.store.resources.find('name', 'seeded');
  t.match(await environment.store.resourceAttributes.find('resource and name', `${seeded?.id} act`), [{ required: true }]);
});
