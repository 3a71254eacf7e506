import t from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app) };
};

const twilio = {
  provider: 'CUSTOM_TWILIO',
  sid: 'AC1',
  authToken: 'hidden',
  numbers: [{ number: '+441234567890', type: 'PHONE_NUMBER', capabilities: ['SMS'] }],
};
const custom = {
  provider: 'CUSTOM_PROVIDER',
  name: 'Own',
  authentication: { method: 'BASIC', username: 'u', password: 'p' },
  requests: [{ deliveryMethod: 'SMS', url: 'https://sms.example.com/', method: 'POST', phoneNumberFormat: 'FULL', headers: { a: 'b' } }],
};

t.test('notification settings are changed, and reset to those of PingOne', async (t) => {
  const { call } = await start(t);
  const usual = {
    _links: { self: { href: `${environmentUrl}/notificationsSettings` }, environment: { href: environmentUrl } },
    id: environmentId,
    environment: { id: environmentId },
    deliveryMode: 'ALL',
    from: { name: 'PingOne', address: 'noreply@pingidentity.com' },
    smsProvidersFallbackChain: [],
    updatedAt: '2026-11-22T12:00:00.000Z',
  };
  t.same((await call('GET', 'notificationsSettings')).json(), usual);
  const sender = (await call('POST', 'notificationsSettings/phoneDeliverySettings', { body: twilio })).json().id;
  const body = {
    from: { address: 'noreply@pingidentity.com' },
    replyTo: { name: 'Support', address: 'help@example.com' },
    smsProvidersFallbackChain: [sender, 'PINGONE_TWILIO'],
    restrictions: { smsVoiceQuota: { daily: 5 } },
  };
  const changed = (await call('PUT', 'notificationsSettings', { body })).json();
  t.same(changed, { ...usual, ...body });
  t.same((await call('GET', 'notificationsSettings')).json(), changed);
  const unknown = { smsProvidersFallbackChain: [environmentId] };
  t.same(refusal(await call('PUT', 'notificationsSettings', { body: unknown })), [400, 'INVALID_VALUE', 'smsProvidersFallbackChain']);
  t.equal((await call('DELETE', `notificationsSettings/phoneDeliverySettings/${sender}`)).statusCode, 204);
  t.same(
    (await call('GET', 'notificationsSettings')).json().smsProvidersFallbackChain,
    ['PINGONE_TWILIO'],
    'a deleted sender leaves the chain',
  );
  const reset = await call('DELETE', 'notificationsSettings');
  t.equal(reset.statusCode, 200);
  t.same(reset.json(), usual);
  t.same((await call('PUT', 'notificationsSettings', { body: {} })).json(), usual, 'what is left out is as it was');
});

t.test('senders of text messages have what their provider needs', async (t) => {
  const { call } = await start(t);
  const path = 'notificationsSettings/phoneDeliverySettings';
  for (const body of [twilio, { ...twilio, provider: 'CUSTOM_SYNIVERSE' }, custom]) {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, made.body);
    t.match(made.json(), { ...body, _links: { self: { href: `${environmentUrl}/${path}/${made.json().id}` } } });
    t.same((await call('GET', `${path}/${made.json().id}`)).json(), made.json());
  }
  const { phoneDeliverySettings } = (await call('GET', path)).json()._embedded;
  t.equal(phoneDeliverySettings.length, 3);
  const [first] = phoneDeliverySettings;
  t.match((await call('PUT', `${path}/${first.id}`, { body: { ...twilio, sid: 'AC2' } })).json(), {
    sid: 'AC2',
    createdAt: first.createdAt,
  });
  t.same(refusal(await call('POST', path, { body: { provider: 'CUSTOM_TWILIO', sid: 'x' } })), [400, 'EMPTY_VALUE', 'authToken']);
  t.same(refusal(await call('POST', path, { body: { ...custom, requests: null } })), [400, 'EMPTY_VALUE', 'requests']);
  t.same(refusal(await call('PUT', `${path}/${first.id}`, { body: { ...custom, name: null } })), [400, 'EMPTY_VALUE', 'name']);
});

t.test('a domain for e-mail shows the DNS records that it needs', async (t) => {
  const { call } = await start(t);
  const made = await call('POST', 'emailDomains', { body: { domainName: 'mail.example.com' } });
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json();
  const self = `${environmentUrl}/emailDomains/${id}`;
  t.match(made.json(), { domainName: 'mail.example.com', _links: { self: { href: self }, spf: { href: `${self}/spf` } } });
  t.same((await call('GET', 'emailDomains')).json()._embedded.emailDomains, [made.json()]);
  const part = async (name: string) => (await call('GET', `emailDomains/${id}/${name}`)).json();
  t.match(await part('spf'), { type: 'TXT', status: 'VERIFICATION_REQUIRED', key: '@', value: 'v=spf1 include:amazonses.com ~all' });
  t.match(await part('ownership'), {
    type: 'TXT',
    regions: [{ name: /^[a-z0-9-]+$/, status: 'VERIFICATION_REQUIRED', key: '_amazonses', value: /^\w+$/ }],
    environmentDnsRecord: { status: 'VERIFICATION_REQUIRED', key: '_pingoneemail', value: /^\w+$/ },
  });
  const [region] = (await part('dkim')).regions;
  t.match(region, { status: 'VERIFICATION_REQUIRED', tokens: [{ key: /^[a-zA-Z0-9_.]+$/, value: /^[a-z0-9_.]+$/ }] });
  t.same(refusal(await call('POST', 'emailDomains', { body: { domainName: 'MAIL.example.com' } })), [
    400,
    'UNIQUENESS_VIOLATION',
    'domainName',
  ]);
  t.same(refusal(await call('POST', 'emailDomains', { body: { domainName: 'no domain' } })), [400, 'INVALID_VALUE', 'domainName']);
  t.equal((await call('PUT', `emailDomains/${id}`, { body: {} })).statusCode, 403, 'there is no PUT');
  t.equal((await call('DELETE', `emailDomains/${id}`)).statusCode, 204);
  t.equal((await call('GET', `emailDomains/${id}/spf`)).statusCode, 404);
});

t.test('a trusted address is activated by the code that it was sent', async (t) => {
  const { app, environment, clock, call } = await start(t);
  const domain = (await call('POST', 'emailDomains', { body: { domainName: 'example.com' } })).json().id;
  const path = `emailDomains/${domain}/trustedEmails`;
  t.same(refusal(await call('POST', path, { body: { emailAddress: 'a@example.org' } })), [400, 'INVALID_VALUE', 'trustedEmail']);
  const add = async (emailAddress: string) => {
    const made = await call('POST', path, { body: { emailAddress } });
    t.equal(made.statusCode, 201, made.body);
    t.match(made.json(), { emailAddress, status: 'VERIFICATION_REQUIRED', domain: { id: domain } });
    t.notOk('verification' in made.json());
    return { id: made.json().id as string, code: environment.outbox.list().at(-1)?.code ?? '' };
  };
  const activate = (id: string, verificationCode: string) =>
    call('POST', `${path}/${id}`, { body: { verificationCode }, action: 'trustedEmail.activate' });
  const first = await add('sales@example.com');
  t.same(refusal(await call('POST', path, { body: { emailAddress: 'SALES@example.com' } })), [400, 'UNIQUENESS_VIOLATION', 'emailAddress']);
  t.same(refusal(await activate(first.id, 'wrong')), [400, 'INVALID_VALUE', 'verificationCode']);
  t.equal((await activate(first.id, first.code.toUpperCase())).json().status, 'ACTIVE');
  t.equal((await call('GET', `${path}/${first.id}`)).json().status, 'ACTIVE');
  t.same(refusal(await activate(first.id, first.code)), [400, 'INVALID_VALUE', 'verificationCode'], 'a code counts once');
  const guessed = await add('guessed@example.com');
  for (let at = 0; at < 5; at += 1) await activate(guessed.id, `${at}`);
  t.equal((await activate(guessed.id, guessed.code)).statusCode, 400, 'five attempts');
  const other = (await call('POST', 'emailDomains', { body: { domainName: 'example.net' } })).json().id;
  const elsewhere = `emailDomains/${other}/trustedEmails/${first.id}`;
  t.equal((await call('POST', elsewhere, { body: { verificationCode: 'x' }, action: 'trustedEmail.activate' })).statusCode, 404);
  const late = await add('late@example.com');
  clock.advance(24 * 3_600_000);
  const newCall = await managementClient(app);
  const tooLate = await newCall('POST', `${path}/${late.id}`, { body: { verificationCode: late.code }, action: 'trustedEmail.activate' });
  t.equal(tooLate.statusCode, 400, 'a day at most');
  t.equal((await newCall('DELETE', `emailDomains/${domain}`)).statusCode, 204);
  t.same(await environment.store.trustedEmails.list(), [], 'the addresses go with their domain');
});

t.test('notification policies have one default, which stays until another is', async (t) => {
  const { app, call } = await start(t);
  const [usual] = (await call('GET', 'notificationsPolicies')).json()._embedded.notificationsPolicies;
  t.match(usual, {
    default: true,
    quotas: [],
    countryLimit: { type: 'NONE', countries: [] },
    cooldownConfiguration: { sms: { enabled: false } },
  });
  t.match((await call('DELETE', `notificationsPolicies/${usual.id}`)).json().details[0], {
    code: 'CONSTRAINT_VIOLATION',
    message: /remove default notifications policy/,
  });
  const body = {
    name: 'Few',
    quotas: [{ type: 'ENVIRONMENT', deliveryMethods: ['SMS', 'Voice'], total: 100 }],
    countryLimit: { type: 'ALLOWED', deliveryMethods: ['SMS'], countries: ['GB', 'DE'] },
    providerConfiguration: { conditions: [{ deliveryMethods: ['SMS'], countries: ['GB'], fallbackChain: [{ id: 'PINGONE_TWILIO' }] }] },
  };
  const made = await call('POST', 'notificationsPolicies', { body });
  t.equal(made.statusCode, 200, made.body);
  t.match(made.json(), { ...body, default: false });
  const path = `notificationsPolicies/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.same(refusal(await call('POST', 'notificationsPolicies', { body: { ...body, name: usual.name } })), [
    400,
    'UNIQUENESS_VIOLATION',
    'name',
  ]);
  const country = { ...body, name: 'X', countryLimit: { type: 'DENIED', countries: ['Britain'] } };
  t.same(refusal(await call('POST', 'notificationsPolicies', { body: country })), [400, 'INVALID_VALUE', 'countryLimit.countries']);
  t.equal((await call('PUT', path, { body: { name: 'Few', quotas: [], default: true } })).json().default, true);
  t.equal((await call('GET', `notificationsPolicies/${usual.id}`)).json().default, false);
  t.equal((await call('DELETE', `notificationsPolicies/${usual.id}`)).statusCode, 204);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const seed = await exported(app);
  t.match(seed.environments[0].notificationsPolicies, [{ name: 'Few', default: true }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
});

t.test('only a limit of countries names countries', async (t) => {
  const { call } = await start(t);
  const make = (name: string, countryLimit: object) => call('POST', 'notificationsPolicies', { body: { name, quotas: [], countryLimit } });
  t.same((await make('Everywhere', { type: 'NONE', countries: null })).json().countryLimit, { type: 'NONE' });
  for (const type of ['ALLOWED', 'DENIED'])
    t.same(refusal(await make(type, { type, countries: null })), [400, 'EMPTY_VALUE', 'countryLimit.countries']);
});

t.test('a cooldown lasts 10 to 600 seconds, or 1 to 10 minutes', async (t) => {
  const { call } = await start(t);
  const off = { enabled: false };
  const bodyWith = (name: string, ...periods: { duration: number; timeUnit: string }[]) => {
    const sms = { enabled: true, periods, groupBy: 'RECIPIENT', resendLimit: 2 };
    return { body: { name, quotas: [], cooldownConfiguration: { email: off, sms, voice: off, whatsApp: off } } };
  };
  const periods = [
    { duration: 1, timeUnit: 'MINUTES' },
    { duration: 10, timeUnit: 'SECONDS' },
    { duration: 10, timeUnit: 'MINUTES' },
    { duration: 600, timeUnit: 'SECONDS' },
  ];
  const fitting = await call('POST', 'notificationsPolicies', bodyWith('Patient', ...periods));
  t.equal(fitting.statusCode, 200, fitting.body);
  for (const [duration, timeUnit] of [
    [9, 'SECONDS'],
    [601, 'SECONDS'],
    [0, 'MINUTES'],
    [11, 'MINUTES'],
  ] as const) {
    const expected = [400, 'OUT_OF_RANGE', 'cooldownConfiguration.sms.periods.duration'];
    const wrong = bodyWith('Wrong', { duration, timeUnit });
    t.same(refusal(await call('POST', 'notificationsPolicies', wrong)), expected, `${duration} ${timeUnit}`);
    t.same(refusal(await call('PUT', `notificationsPolicies/${fitting.json().id}`, wrong)), expected);
  }
});

t.test('an export has settings, senders and domains, and starts a mock with the same', async (t) => {
  const { app, call } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const [before] = (await exported(app)).environments;
  for (const name of ['notificationsSettings', 'notificationsPolicies', 'phoneDeliverySettings', 'emailDomains'])
    t.notOk(name in before, name);
  const sender = (await call('POST', 'notificationsSettings/phoneDeliverySettings', { body: custom })).json().id;
  await call('PUT', 'notificationsSettings', { body: { from: { name: 'Us' }, smsProvidersFallbackChain: [sender] } });
  const domain = (await call('POST', 'emailDomains', { body: { domainName: 'example.com' } })).json().id;
  await call('POST', `emailDomains/${domain}/trustedEmails`, { body: { emailAddress: 'a@example.com' } });
  const seed = await exported(app);
  t.match(seed.environments[0], {
    notificationsSettings: { from: { name: 'Us' }, smsProvidersFallbackChain: [sender] },
    phoneDeliverySettings: [custom],
    emailDomains: [{ domainName: 'example.com', trustedEmails: [{ emailAddress: 'a@example.com', status: 'VERIFICATION_REQUIRED' }] }],
  });
  const reader = { read: async (path: string) => (await call('GET', path)).json() };
  const [open] = (await collectSeed(reader, { environmentId })).environments;
  t.match(open, { phoneDeliverySettings: [{ name: 'Own', authentication: { method: 'BASIC', username: 'u' } }] });
  t.notMatch(JSON.stringify(open), /"password":"p"/, 'a seed without secrets has none');
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
});
