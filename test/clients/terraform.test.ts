import t from 'tap';
import { buildTestServer } from '../helpers/server.js';
import { placeOf, terraform, terraformClient } from '../helpers/terraform.js';

// Replays what Terraform's provider has asked of the mock. Ping's own tool plans a change wherever an answer differs from
// what it has sent, so the answers are held to that.

/** Where an answer differs from what was sent. Terraform's sets have no order. */
function differences(sent: unknown, got: unknown, place = ''): string[] {
  if (Array.isArray(sent)) {
    if (!Array.isArray(got) || got.length !== sent.length) return [`${place}: ${JSON.stringify(got)}`];
    return sent.flatMap((each, at) => (got.some((one) => differences(each, one).length === 0) ? [] : [`${place}[${at}]`]));
  }
  if (typeof sent !== 'object' || sent === null) return sent === got ? [] : [`${place}: ${JSON.stringify(got)}`];
  const members = Object(got) as Record<string, unknown>;
  return Object.entries(sent).flatMap(([name, value]) => differences(value, members[name], `${place}.${name}`));
}

/**
 * Members that the provider sends and reads in another place: products, the default theme, an agreement's text, a password, a
 * certificate, texts, what a push credential keeps to itself, the ids of permissions and roles that it reads in a list.
 */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  environment: ['billOfMaterials'],
  branding_theme: ['default'],
  agreement_localization_revision: ['text'],
  notification_settings_email: ['password'],
  language_translation: ['0', '1'],
  authorize_application_role_permission: ['id'],
  user_application_role_assignment: ['id'],
  custom_domain_ssl: ['certificate', 'intermediateCertificates', 'privateKey'],
  mfa_application_push_credential: ['clientId', 'clientSecret'],
};

/** What DELETE sets back to how it was, so that it can still be read. */
const setBack: readonly string[] = ['mfaSettings'];

t.test('Terraform reads all that it creates, plans again without a change, updates, imports and destroys it', async (t) => {
  const { ask, named, filled, perform } = await terraformClient(await buildTestServer(t));
  const readable = new Set(terraform.read);
  /** What was last sent for each path that is read. */
  const sent = new Map<string, unknown>();

  const read = async (path: string, when: string): Promise<string> => {
    const { status, members, text } = await ask('GET', named(path));
    t.equal(status, 200, `GET ${path}, ${when}`);
    t.same(differences(sent.get(path) ?? {}, members), [], `GET ${path}, ${when}: as it was sent`);
    return text;
  };

  const run = async (phase: 'create' | 'update' | 'destroy') => {
    for (const step of terraform[phase]) {
      const { type, send, status, form: { file: _, ...parts } = {} } = step;
      const answer = await perform(step);
      t.equal(answer.status, status, `${phase}: ${send}, ${answer.status === status ? status : answer.text}`);
      const place = placeOf(step);
      if (send.startsWith('DELETE')) sent.delete(place);
      else if (readable.has(place)) {
        const shown = Object.entries(Object(filled(step.body ?? parts))).filter(([member]) => !elsewhere[type ?? '']?.includes(member));
        sent.set(place, Object.fromEntries(shown));
        if (type !== undefined) await read(place, `after ${phase}`);
      }
    }
  };

  await run('create');
  for (const path of terraform.read)
    t.equal(await read(path, 'planned again'), await read(path, 'read again'), `GET ${path}: twice the same`);
  await run('update');
  t.ok(sent.size > 35, 'most of it is still there');
  for (const path of sent.keys()) await read(path, 'imported by its id');
  await run('destroy');

  const gone = terraform.destroy.filter(({ send, status }) => send.startsWith('DELETE') && status === 204).map(({ send }) => send.slice(7));
  // What is only read in a list went with the owner of the list.
  const readAlone = gone.filter((path) => readable.has(path) && !setBack.includes(path));
  t.ok(readAlone.length > 30);
  for (const path of setBack) t.equal((await ask('GET', named(path))).members.users, undefined, `GET ${path}, set back`);
  for (const path of readAlone) t.equal((await ask('GET', named(path))).status, 404, `GET ${path}, after its end`);
  t.equal((await ask('DELETE', named('/environments/{environment}'))).status, 204);
});

t.test('a difference between what Terraform sent and what it reads is found', async (t) => {
  t.same(differences({ a: 1, b: [{ id: 'x' }, { id: 'y' }] }, { a: 1, b: [{ id: 'y', more: true }, { id: 'x' }], c: 2 }), []);
  t.same(differences({ a: 1 }, {}), ['.a: undefined']);
  t.same(differences({ a: { b: 'x' } }, { a: { b: 'y' } }), ['.a.b: "y"']);
  t.same(differences({ a: ['x', 'y'] }, { a: ['x', 'z'] }), ['.a[1]']);
  t.same(differences({ a: ['x'] }, { a: ['x', 'y'] }), ['.a: ["x","y"]']);
});
