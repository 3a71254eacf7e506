import t from 'tap';
import { mostRevisions } from '../../../src/configuration/agreements/agreements.js';
import { assignPolicy, startFlow } from '../../helpers/flows.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const inDays = (days: number): string => new Date(Date.parse('2026-11-22T12:00:00.000Z') + days * 86_400_000).toISOString();
const terms = { name: 'Terms', description: 'Of service', enabled: false, reconsentPeriodDays: 30 };
const english = { locale: 'en', displayName: 'Terms of service', enabled: true, userExperience: { continueButtonText: 'Move on' } };
const text = { contentType: 'text/html', effectiveAt: inDays(0), requireReconsent: true, text: '<h1>Agree</h1>' };

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const make = async (path: string, body: object) => {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, `${path}: ${made.body}`);
    return made.json();
  };
  return { ...server, call, make };
};

t.test('an agreement has languages, and each of them revisions', async (t) => {
  const { call, make } = await start(t);
  const { id, ...agreement } = await make('agreements', terms);
  const self = `${environmentUrl}/agreements/${id}`;
  t.same(agreement, {
    _links: { self: { href: self }, environment: { href: environmentUrl }, languages: { href: `${self}/languages` } },
    environment: { id: environmentId },
    ...terms,
    totalConsents: 0,
    totalExpiredConsents: 0,
    consentsAggregatedAt: inDays(0),
  });
  const languages = `agreements/${id}/languages`;
  const language = await make(languages, english);
  t.match(language, { ...english, agreement: { id }, _links: { revisions: { href: `${self}/languages/${language.id}/revisions` } } });
  t.notOk('currentRevision' in language);
  const revisions = `${languages}/${language.id}/revisions`;
  const first = await make(revisions, text);
  t.match(first, {
    contentType: 'text/html',
    effectiveAt: inDays(0),
    requireReconsent: true,
    agreement: { id },
    language: { id: language.id },
  });
  t.notOk('text' in first, 'the text has an address of its own');
  t.equal(first._links.text.href, `${environmentUrl}/${revisions}/${first.id}/text`);
  t.equal((await call('GET', `${revisions}/${first.id}/text`)).json().data, text.text);
  t.same((await call('GET', `${languages}/${language.id}`)).json().currentRevision, { id: first.id });
  t.same((await call('GET', languages)).json()._embedded.languages[0].id, language.id);
  t.same((await call('GET', revisions)).json()._embedded.revisions, [first]);
  t.same((await call('GET', 'agreements')).json()._embedded.agreements.length, 1);
  t.equal((await call('PUT', `${revisions}/${first.id}`, { body: text })).statusCode, 403, 'revisions have no PUT');
  const other = await make('agreements', { ...terms, name: 'Other' });
  t.equal((await call('GET', `agreements/${other.id}/languages/${language.id}/revisions`)).statusCode, 404, 'of another agreement');
  t.equal((await call('GET', `${revisions}/${other.id}/text`)).statusCode, 404);
});

t.test('the text of a revision is tidied if it is HTML', async (t) => {
  const { call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  const revisions = `agreements/${id}/languages/${language.id}/revisions`;
  const keeps = async (days: number, contentType: string, sent: string) => {
    const made = await make(revisions, { ...text, contentType, text: sent, effectiveAt: inDays(days) });
    return (await call('GET', `${revisions}/${made.id}/text`)).json().data;
  };
  const sent = '<h1>Data</h1>\n\nWe keep it.\n\n<h2>How long</h2>\n\nA year.\n';
  t.equal(await keeps(1, 'text/html', sent), '<h1>Data</h1> We keep it. \n<h2>How long</h2> A year.');
  t.equal(await keeps(2, 'text/plain', sent), sent);
  const full = '<p>'.repeat(10_600);
  t.equal(await keeps(3, 'text/html', full), full, 'a text that would become too long');
  t.equal(await keeps(4, 'text/html', ' '), ' ', 'a text that would become empty');
});

t.test('an agreement is enabled only with content in the default language', async (t) => {
  const { call, make } = await start(t);
  t.same(refusal(await call('POST', 'agreements', { body: { ...terms, enabled: true } })), [400, 'CONSTRAINT_VIOLATION', undefined]);
  const { id } = await make('agreements', terms);
  const enable = () => call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } });
  const language = await make(`agreements/${id}/languages`, english);
  const refused = await enable();
  t.match(refused.json().details[0], {
    code: 'CONSTRAINT_VIOLATION',
    message: 'The agreement can not be enabled without supporting the default language configured for the environment.',
  });
  await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  t.equal((await enable()).json().enabled, true);
});

t.test('an effective revision stays, and so does its language', async (t) => {
  const { app, environment, clock, call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  const path = `agreements/${id}/languages/${language.id}`;
  const first = await make(`${path}/revisions`, text);
  const later = await make(`${path}/revisions`, { ...text, effectiveAt: inDays(2) });
  const never = await make(`${path}/revisions`, { ...text, effectiveAt: inDays(9) });
  t.equal((await call('DELETE', `${path}/revisions/${never.id}`)).statusCode, 204);
  t.match((await call('DELETE', `${path}/revisions/${first.id}`)).json().details[0], {
    code: 'CONSTRAINT_VIOLATION',
    message: 'A currently effective revision cannot be deleted.',
  });
  t.match((await call('DELETE', path)).json().details[0], {
    code: 'CONSTRAINT_VIOLATION',
    message: 'Agreement language with effective revision can not be deleted.',
  });
  t.notOk('notValidAfter' in (await call('GET', `${path}/revisions/${first.id}`)).json());
  clock.advance(3 * 86_400_000);
  const call2 = await managementClient(app);
  t.equal((await call2('GET', `${path}/revisions/${first.id}`)).json().notValidAfter, inDays(2), 'until the next one that asks anew');
  t.same((await call2('GET', path)).json().currentRevision, { id: later.id });
  t.equal((await call2('DELETE', `agreements/${id}`)).statusCode, 204, 'the agreement goes with all of it');
  t.same([await environment.store.agreementLanguages.list(), await environment.store.agreementRevisions.list()], [[], []]);
});

t.test('each wrong member of an agreement is refused by name', async (t) => {
  const { environment, call, make } = await start(t);
  const { id } = await make('agreements', terms);
  t.same(refusal(await call('POST', 'agreements', { body: terms })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  const languages = `agreements/${id}/languages`;
  const language = await make(languages, english);
  const refused = async (path: string, body: object) => refusal(await call('POST', path, { body }));
  t.same(await refused(languages, english), [400, 'UNIQUENESS_VIOLATION', 'locale']);
  t.same(await refused(languages, { ...english, locale: 'xx' }), [400, 'INVALID_VALUE', 'locale']);
  t.same(await refused(languages, { ...english, locale: 'de', userExperience: { continueButtonText: '\n' } }), [
    400,
    'INVALID_VALUE',
    'userExperience.continueButtonText',
  ]);
  t.same(refusal(await call('PUT', `${languages}/${language.id}`, { body: { ...english, locale: 'de' } })), [
    400,
    'INVALID_VALUE',
    'locale',
  ]);
  t.equal((await call('PUT', `${languages}/${language.id}`, { body: { ...english, enabled: false } })).json().enabled, false);
  const revisions = `${languages}/${language.id}/revisions`;
  t.same(await refused(revisions, { ...text, effectiveAt: inDays(-1) }), [400, 'INVALID_VALUE', 'effectiveAt']);
  t.same(await refused(revisions, { ...text, effectiveAt: 'soon' }), [400, 'INVALID_VALUE', 'effectiveAt']);
  t.same(await refused(revisions, { ...text, contentType: 'text/css' }), [400, 'INVALID_VALUE', 'contentType']);
  t.same(await refused(revisions, { ...text, text: 'x'.repeat(32_001) }), [400, 'SIZE_LIMIT_EXCEEDED', 'text']);
  const made = await make(revisions, text);
  t.same(await refused(revisions, text), [400, 'UNIQUENESS_VIOLATION', 'effectiveAt']);
  const kept = await environment.store.agreementRevisions.get(made.id);
  if (!kept) throw new Error('no revision');
  for (let at = 1; at < mostRevisions; at += 1)
    await environment.store.agreementRevisions.put({ ...kept, id: `${at}`, effectiveAt: inDays(at + 10) });
  t.same(await refused(revisions, { ...text, effectiveAt: inDays(1) }), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('a sign-on policy asks for an agreement that exists, which then stays', async (t) => {
  const { call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  t.equal((await call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } })).statusCode, 200);
  const policy = await make('signOnPolicies', { name: 'Agreed' });
  const actions = `signOnPolicies/${policy.id}/actions`;
  await make(actions, { type: 'LOGIN', priority: 1 });
  const action = { type: 'AGREEMENT', priority: 2, agreement: { id: environmentId } };
  t.same(refusal(await call('POST', actions, { body: action })), [400, 'INVALID_VALUE', 'agreement']);
  const made = await make(actions, { ...action, agreement: { id } });
  for (const refused of [await call('DELETE', `agreements/${id}`), await call('PUT', `agreements/${id}`, { body: terms })]) {
    t.same(refusal(refused), [400, 'CONSTRAINT_VIOLATION', undefined]);
    t.same(refused.json().details[0].innerError.referencedValues, [made.id]);
  }
  t.equal((await call('DELETE', `${actions}/${made.id}`)).statusCode, 204);
  t.equal((await call('DELETE', `agreements/${id}`)).statusCode, 204);
});

t.test('an export has agreements with their texts, and starts a mock with the same', async (t) => {
  const { app, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const seed = await exported(app);
  t.match(seed.environments[0].agreements, [{ ...terms, languages: [{ ...english, revisions: [text] }] }]);
  const wrong = JSON.stringify(seed).replace(text.effectiveAt, 'soon');
  await t.rejects(buildTestServer(t, { config: wrong }), { message: /revisions\[0\]\.effectiveAt: expected a time in ISO 8601/ });
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
});

t.test('a user’s consent is accepted, revoked, expires, and is asked for anew', async (t) => {
  const { app, environment, clock, call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  const revisions = `agreements/${id}/languages/${language.id}/revisions`;
  const revision = await make(revisions, text);
  const path = `users/${ids.alice}/agreementConsents`;
  t.equal((await call('GET', `${path}/${id}`)).json().status, 'AGREEMENT_DISABLED');
  t.equal((await call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } })).statusCode, 200);
  t.match((await call('GET', `${path}/${id}`)).json(), {
    _links: { self: { href: `${environmentUrl}/${path}/${id}` } },
    _embedded: { agreement: { id }, language: { id: language.id }, revision: { id: revision.id } },
    user: { id: ids.alice },
    agreement: { id },
    status: 'PENDING',
  });
  t.same((await call('GET', path)).json(), {
    _links: { self: { href: `${environmentUrl}/${path}` } },
    _embedded: { userAgreements: [] },
    count: 0,
    size: 0,
  });
  const body = { language: { id: language.id }, revision: { id: revision.id } };
  const accept = (change: object) => call('POST', `${path}/${id}`, { body: { ...body, ...change }, action: 'consent.accept' });
  t.same(refusal(await accept({ revision: { id: environmentId } })), [400, 'INVALID_VALUE', 'revision']);
  t.same(refusal(await accept({ language: { id: environmentId } })), [400, 'INVALID_VALUE', 'language']);
  t.same(refusal(await accept({ consentedAt: 'then' })), [400, 'INVALID_VALUE', 'consentedAt']);
  const accepted = (await accept({})).json();
  t.match(accepted, { status: 'ACCEPTED', lastConsent: { ...body, at: inDays(0), expiresAt: inDays(30) } });
  t.notOk('text' in accepted._embedded.revision);
  t.same((await call('GET', path)).json()._embedded.userAgreements, [accepted]);
  const revoked = await call('POST', `${path}/${id}`, { action: 'consent.revoke' });
  t.equal(revoked.json().status, 'PENDING');
  t.match((await accept({ consentedAt: inDays(-29) })).json(), { lastConsent: { at: inDays(-29) }, status: 'ACCEPTED' });
  t.equal((await accept({ consentedAt: inDays(-31) })).json().status, 'EXPIRED');
  await accept({});
  await make(revisions, { ...text, effectiveAt: inDays(1) });
  clock.advance(2 * 86_400_000);
  const later = await managementClient(app);
  t.equal((await later('GET', `${path}/${id}`)).json().status, 'PENDING', 'the new text asks for consent anew');
  t.equal((await later('DELETE', `users/${ids.alice}`)).statusCode, 204);
  t.same(await environment.store.agreementConsents.list(), [], 'consents go with their user');
});

t.test('a sign-on asks for consent until it is given, and again once it is revoked', async (t) => {
  const server = await start(t);
  const { call, make } = server;
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  await assignPolicy(server, 'Agreed', [{}, { type: 'AGREEMENT', agreement: { id } }]);
  const alice = { username: 'alice', password: 'Alice-Passw0rd' };
  const signOn = async () => {
    const flow = await startFlow(server);
    return { flow, status: (await flow.act('usernamePassword.check', alice)).json().status };
  };
  t.equal((await signOn()).status, 'COMPLETED', 'an agreement that is not enabled is not asked for');
  await call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } });
  const { flow, status } = await signOn();
  t.equal(status, 'AGREEMENT_CONSENT_REQUIRED');
  t.equal((await flow.act('user.consent', { accept: true })).json().status, 'COMPLETED');
  t.equal((await call('GET', `users/${ids.alice}/agreementConsents/${id}`)).json().status, 'ACCEPTED');
  t.equal((await signOn()).status, 'COMPLETED');
  await call('POST', `users/${ids.alice}/agreementConsents/${id}`, { action: 'consent.revoke' });
  t.equal((await signOn()).status, 'AGREEMENT_CONSENT_REQUIRED');
});

t.test('an agreement counts its consents, and an export of users has them', async (t) => {
  const { app, clock, call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const language = await make(`agreements/${id}/languages`, english);
  const revision = await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  await call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } });
  const body = { language: { id: language.id }, revision: { id: revision.id } };
  await call('POST', `users/${ids.alice}/agreementConsents/${id}`, { body, action: 'consent.accept' });
  t.match((await call('GET', `agreements/${id}`)).json(), { totalConsents: 1, totalExpiredConsents: 0 });

  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed?users=true`)).json();
  const seed = await exported(app);
  const alice = seed.environments[0].users.find(({ username }: { username: string }) => username === 'alice');
  t.same(alice.agreementConsents, [{ agreement: id, ...body, consentedAt: inDays(0) }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);

  alice.agreementConsents = [{ agreement: 'Terms' }];
  const short = await exported((await buildTestServer(t, { config: JSON.stringify(seed) })).app);
  const same = short.environments[0].users.find(({ username }: { username: string }) => username === 'alice');
  t.match(same.agreementConsents, [{ agreement: id, ...body }], 'the text that she would see');
  for (const [change, message] of [
    [{ consentedAt: 'then' }, /agreementConsents\[0\]\.consentedAt: expected a time in ISO 8601/],
    [{ revision: { id: environmentId } }, /agreementConsents\[0\]/],
    [{ agreement: 'Other' }, /agreementConsents\[0\]\.agreement/],
  ] as const) {
    alice.agreementConsents = [{ agreement: 'Terms', ...change }];
    await t.rejects(buildTestServer(t, { config: JSON.stringify(seed) }), { message });
  }

  clock.advance(31 * 86_400_000);
  const later = await managementClient(app);
  t.match((await later('GET', `agreements/${id}`)).json(), { totalConsents: 1, totalExpiredConsents: 1, consentsAggregatedAt: inDays(31) });
});

t.test('a language becomes the default once every enabled agreement has it', async (t) => {
  const { call, make } = await start(t);
  const { id } = await make('agreements', terms);
  const add = async (locale: string) => {
    const language = await make(`agreements/${id}/languages`, { ...english, locale });
    await make(`agreements/${id}/languages/${language.id}/revisions`, text);
  };
  await add('en');
  await call('PUT', `agreements/${id}`, { body: { ...terms, enabled: true } });
  const languages = (await call('GET', 'languages')).json()._embedded.languages;
  const french = languages.find(({ locale }: { locale: string }) => locale === 'fr');
  const put = (change: object) => call('PUT', `languages/${french.id}`, { body: { ...french, enabled: true, ...change } });
  t.equal((await put({})).statusCode, 200);
  const refused = await put({ default: true });
  t.same(refusal(refused), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.same(refused.json().details[0].innerError, { referencedValues: [id] });
  await add('fr');
  t.equal((await put({ default: true })).json().default, true);
});
