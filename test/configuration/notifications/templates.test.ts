// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of PingOne's messages look like that
import t from 'tap';
import { startFlow } from '../../helpers/flows.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app) };
};

const contents = (template: string) => `templates/${template}/contents`;
const recovery = {
  locale: 'en',
  deliveryMethod: 'Email',
  subject: 'Hello ${user.name.given}',
  body: 'Use ${code.value}, ${USER.USERNAME}. ${sum}',
};

t.test('every environment has the notification templates, which are only read', async (t) => {
  const { call } = await start(t);
  const list = (await call('GET', 'templates')).json();
  t.equal(list.count, 16);
  const strong = list._embedded.templates.find(({ id }: { id: string }) => id === 'strong_authentication');
  const self = `${environmentUrl}/templates/strong_authentication`;
  t.match(strong, {
    _links: { self: { href: self }, contents: { href: `${self}/contents` } },
    displayName: 'Strong Authentication',
    deliveryMethods: ['SMS', 'Voice', 'Email', 'Push'],
    variables: { otp: { required: true, requiredForDeliveryMethods: ['SMS', 'Voice', 'Email'] }, 'user.username': { required: false } },
    allowDynamicVariables: true,
  });
  t.same((await call('GET', 'templates/strong_authentication')).json(), strong);
  for (const path of ['templates/unknown', 'templates/unknown/contents', `templates/${environmentId}`])
    t.equal((await call('GET', path)).statusCode, 404, path);
});

t.test('a template has a default content for each delivery method, which stays as it is', async (t) => {
  const { call } = await start(t);
  const list = (await call('GET', contents('strong_authentication'))).json();
  t.same(
    list._embedded.contents.map((content: Record<string, unknown>) => [content.deliveryMethod, content.locale, content.default]),
    ['SMS', 'Voice', 'Email', 'Push'].map((method) => [method, 'en', true]),
  );
  const push = list._embedded.contents.find(({ deliveryMethod }: { deliveryMethod: string }) => deliveryMethod === 'Push');
  t.notMatch(push.body, /\$\{otp\}/, 'a push message is approved without a passcode');
  const [{ id }] = list._embedded.contents;
  const path = `${contents('strong_authentication')}/${id}`;
  const body = { locale: 'en', deliveryMethod: 'SMS', content: 'Code ${otp}' };
  t.match((await call('PUT', path, { body })).json().details[0], { code: 'CONSTRAINT_VIOLATION' });
  t.match((await call('DELETE', path)).json().details[0], { code: 'CONSTRAINT_VIOLATION' });
  t.match((await call('GET', path)).json(), list._embedded.contents[0]);
  t.equal((await call('GET', `${contents('transaction')}/${id}`)).statusCode, 404, 'a content belongs to its template');
});

t.test('contents are made, replaced and deleted, each with what its delivery method leaves out', async (t) => {
  const { call } = await start(t);
  const path = contents('strong_authentication');
  const cases = [
    [{ deliveryMethod: 'Push', title: 'T', body: 'Approve.' }, { pushCategory: 'BANNER_BUTTONS' }],
    [
      { deliveryMethod: 'Email', body: 'Use ${OTP}', variant: 'one' },
      { charset: 'UTF-8', emailContentType: 'text/html' },
    ],
    [{ deliveryMethod: 'SMS', content: '${otp}', sender: 'BX Retail' }, {}],
    [{ deliveryMethod: 'Voice', content: '${otp}' }, { voice: 'Alice' }],
  ] as const;
  for (const [body, usual] of cases) {
    const made = await call('POST', path, { body: { ...body, locale: 'en' } });
    t.equal(made.statusCode, 201, made.body);
    const { _links, id, environment, createdAt, updatedAt, ...members } = made.json();
    t.same(members, { ...body, ...usual, locale: 'en', default: false });
    t.same((await call('GET', `${path}/${id}`)).json(), made.json());
    const changed = await call('PUT', `${path}/${id}`, { body: { ...body, ...usual, locale: 'en', variant: 'two' } });
    t.equal(changed.json().variant, 'two', changed.body);
    t.equal((await call('DELETE', `${path}/${id}`)).statusCode, 204);
    t.equal((await call('GET', `${path}/${id}`)).statusCode, 404);
  }
});

t.test('each wrong content is refused with the code that Terraform explains', async (t) => {
  const { call } = await start(t);
  const recoveries = contents('recovery_code_template');
  t.equal((await call('POST', recoveries, { body: { ...recovery, variant: 'A' } })).statusCode, 201);
  const strong = contents('strong_authentication');
  const cases: [string, object, string, string][] = [
    [recoveries, { locale: 'en', deliveryMethod: 'SMS', content: '${code.value}' }, 'INVALID_VALUE', 'deliveryMethod'],
    [recoveries, { ...recovery, locale: 'en-GB' }, 'INVALID_VALUE', 'language'],
    [recoveries, { ...recovery, variant: 'a' }, 'UNIQUENESS_VIOLATION', 'variant'],
    [recoveries, { ...recovery, body: 'Use ${code}' }, 'REQUIRED_VALUE', 'body'],
    [recoveries, { locale: 'en', deliveryMethod: 'Email' }, 'EMPTY_VALUE', 'body'],
    [strong, { locale: 'en', deliveryMethod: 'Push', title: 'T', body: 'x'.repeat(401) }, 'INVALID_VALUE', 'body'],
    [strong, { locale: 'en', deliveryMethod: 'SMS', content: `\${otp}${'x'.repeat(660)}` }, 'INVALID_VALUE', 'content'],
    [strong, { locale: 'en', deliveryMethod: 'SMS', content: 'Your code' }, 'REQUIRED_VALUE', 'content'],
  ];
  for (const [path, body, code, target] of cases) t.same(refusal(await call('POST', path, { body })), [400, code, target]);
});

t.test('a message follows the content in the language of the user, then in the default one', async (t) => {
  const server = await start(t);
  const { call, environment } = server;
  await call('POST', 'languages', { body: { locale: 'de-AT', enabled: false, default: false } });
  const path = contents('recovery_code_template');
  const forget = async () => {
    const flow = await startFlow(server);
    await flow.act('password.forgot', { username: 'alice' });
    return environment.outbox.list().at(-1);
  };
  const usual = await forget();
  t.equal(usual?.subject, 'Reset your password');
  t.equal(usual?.text, `The recovery code for alice is ${usual?.code}. It is valid for 5 minutes.`);
  await call('POST', path, { body: { ...recovery, body: 'Variant ${code.value}', variant: 'B' } });
  t.equal((await forget())?.subject, usual?.subject, 'a variant is not asked for');
  await call('POST', path, { body: recovery });
  const own = await forget();
  t.same([own?.subject, own?.text], ['Hello Alice', `Use ${own?.code}, alice. \${sum}`], 'an unknown variable stays');
  await call('POST', path, { body: { ...recovery, locale: 'de', subject: 'Hallo' } });
  await call('PATCH', `users/${ids.alice}`, { body: { preferredLanguage: 'de-AT' } });
  t.equal((await forget())?.subject, 'Hallo', 'without its region');
  await call('POST', path, { body: { ...recovery, locale: 'de-AT', subject: 'Servus' } });
  t.equal((await forget())?.subject, 'Servus');
  await call('POST', `users/${ids.alice}/password`, { action: 'password.sendRecoveryCode', body: {} });
  t.equal(environment.outbox.list().at(-1)?.subject, 'Servus', 'outside of a flow as well');
});

t.test('an export has the contents that were added, and starts a mock with the same', async (t) => {
  const { app, call } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk('notificationContents' in (await exported(app)).environments[0]);
  await call('POST', contents('recovery_code_template'), { body: recovery });
  const seed = await exported(app);
  t.match(seed.environments[0].notificationContents, [{ ...recovery, template: 'recovery_code_template' }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
  const [content] = seed.environments[0].notificationContents;
  seed.environments[0].notificationContents = [{ ...content, body: 'No code' }];
  await t.rejects(buildTestServer(t, { config: JSON.stringify(seed) }), {
    message: /notificationContents\[0\]\.body: .*\$\{code\.value\}/,
  });
});
