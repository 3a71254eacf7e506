import { readFileSync } from 'node:fs';
import t from 'tap';
import { png } from '../helpers/images.js';
import { workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, type TestServer } from '../helpers/server.js';

// Replays what Terraform's provider has asked of the mock. Ping's own tool plans a change wherever an answer differs from
// what it has sent, so the answers are held to that.

interface Step {
  /** The resource type, without `pingone_`; a deletion has none. */
  readonly type?: string;
  /** Method and path: below /v1 where it begins with a slash, else below the environment. */
  readonly send: string;
  readonly body?: unknown;
  readonly mediaType?: string;
  readonly status: number;
  /** What later steps call the item that this one makes. */
  readonly name?: string;
}

interface Recording {
  readonly create: readonly Step[];
  readonly read: readonly string[];
  readonly update: readonly Step[];
  readonly destroy: readonly Step[];
}

const recording = JSON.parse(readFileSync('test/clients/terraform.json', 'utf8')) as Recording;

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
 * Members that the provider sends and reads in another place: products, the default theme, an agreement's text. Of a system
 * application it always sends that it is not hidden, and reads nothing.
 */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  environment: ['billOfMaterials'],
  branding_theme: ['default'],
  agreement_localization_revision: ['text'],
  system_application: ['hiddenFromAppPortal'],
};

/** A client of a new environment, which fills in ids for their names. */
async function clientOf({ app, clock }: TestServer) {
  const authorization = `Bearer ${await workerToken(app)}`;
  const ids = new Map([['now', new Date(clock.now()).toISOString()]]);

  const named = (text: string): string =>
    text.replaceAll(/(?<!\$)\{([\w -]+)\}/g, (whole, name: string) => {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`nothing has been named ${whole}`);
      return id;
    });
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return named(value);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each)]));
  };

  const ask = async (
    method: string,
    path: string,
    { body, mediaType = 'application/json' }: { body?: unknown; mediaType?: string } = {},
  ) => {
    const isImage = mediaType.startsWith('image/');
    const answer = await app.inject({
      method: method as 'GET',
      url: path.startsWith('/') ? `/v1${path}` : `/v1/environments/${ids.get('environment')}/${path}`,
      headers: {
        authorization,
        accept: 'application/json',
        ...((body !== undefined || isImage) && { 'content-type': mediaType }),
        ...(isImage && { 'content-disposition': 'attachment; filename="pixel.png"' }),
      },
      ...(isImage ? { payload: png(1, 1) } : body !== undefined && { payload: JSON.stringify(body) }),
    });
    const members = (answer.body === '' ? {} : answer.json()) as Record<string, unknown>;
    return { status: answer.statusCode, text: answer.body, members };
  };

  /** Names the items of a list by one of their members. */
  const nameItems = async (path: string, member: string, names: Record<string, string>) => {
    const { _embedded } = (await ask('GET', path)).members as { _embedded: Record<string, Record<string, string>[]> };
    for (const item of Object.values(_embedded)[0] ?? []) {
      const name = names[String(item[member])];
      if (name !== undefined) ids.set(name, String(item.id));
    }
  };
  await nameItems('/roles', 'name', { 'Identity Data Admin': 'Identity Data Admin' });
  const { license } = (await ask('GET', `/environments/${environmentId}`)).members as { license: { id: string } };
  ids.set('license', license.id);

  const enter = async (environment: string) => {
    ids.set('environment', environment);
    await nameItems('resources', 'type', { OPENID_CONNECT: 'openid', PINGONE_API: 'PingOne API' });
    await nameItems('schemas', 'name', { User: 'schema' });
    await nameItems('populations', 'default', { true: 'default population' });
    await nameItems('languages', 'locale', { en: 'English' });
    await nameItems('themes', 'default', { true: 'Ping Default' });
    await nameItems('applications', 'type', { PING_ONE_SELF_SERVICE: 'self-service' });
  };
  return { ids, ask, named, filled, enter };
}

/** Where Terraform reads what a step has made or changed. */
function placeOf({ type, send, name }: Step): string {
  const path = send.replace(/^\w+ /, '');
  if (type === 'environment') return '/environments/{environment}';
  // A membership is read by the id of the group that was sent.
  if (type === 'group_nesting') return `${path}/{group 2}`;
  if (type === 'user_group_assignment') return `${path}/{group}`;
  return name === undefined ? path : `${path}/{${name}}`;
}

t.test('what Terraform creates, it reads, plans again without a change, updates, imports and destroys', async (t) => {
  const { ids, ask, named, filled, enter } = await clientOf(await buildTestServer(t));
  const readable = new Set(recording.read);
  /** What was last sent for each path that is read. */
  const sent = new Map<string, unknown>();

  const read = async (path: string, when: string): Promise<string> => {
    const { status, members, text } = await ask('GET', named(path));
    t.equal(status, 200, `GET ${path}, ${when}`);
    t.same(differences(sent.get(path) ?? {}, members), [], `GET ${path}, ${when}: as it was sent`);
    return text;
  };

  const run = async (phase: 'create' | 'update' | 'destroy') => {
    for (const step of recording[phase]) {
      const { type, send, mediaType, status, name } = step;
      const [method = '', ...words] = send.split(' ');
      const body = filled(step.body);
      const answer = await ask(method, named(words.join(' ')), { body, ...(mediaType !== undefined && { mediaType }) });
      t.equal(answer.status, status, `${phase}: ${send}, ${answer.status === status ? status : answer.text}`);
      const { id, targets } = answer.members as { id?: string; targets?: { original: { href: string } } };
      if (send === 'POST /environments') await enter(String(id));
      if (name !== undefined) ids.set(name, String(id));
      if (targets) ids.set('image href', targets.original.href);
      const place = placeOf(step);
      if (method === 'DELETE') sent.delete(place);
      else if (readable.has(place)) {
        const shown = Object.entries(Object(body)).filter(([member]) => !elsewhere[type ?? '']?.includes(member));
        sent.set(place, Object.fromEntries(shown));
        if (type !== undefined) await read(place, `after ${phase}`);
      }
    }
  };

  await run('create');
  for (const path of recording.read)
    t.equal(await read(path, 'planned again'), await read(path, 'read again'), `GET ${path}: twice the same`);
  await run('update');
  t.ok(sent.size > 35, 'most of it is still there');
  for (const path of sent.keys()) await read(path, 'imported by its id');
  await run('destroy');

  const gone = recording.destroy.filter(({ send, status }) => send.startsWith('DELETE') && status === 204).map(({ send }) => send.slice(7));
  t.ok(gone.length > 30);
  for (const path of gone) t.equal((await ask('GET', named(path))).status, 404, `GET ${path}, after its end`);
  t.equal((await ask('DELETE', named('/environments/{environment}'))).status, 204);
});

t.test('a difference between what Terraform sent and what it reads is found', async (t) => {
  t.same(differences({ a: 1, b: [{ id: 'x' }, { id: 'y' }] }, { a: 1, b: [{ id: 'y', more: true }, { id: 'x' }], c: 2 }), []);
  t.same(differences({ a: 1 }, {}), ['.a: undefined']);
  t.same(differences({ a: { b: 'x' } }, { a: { b: 'y' } }), ['.a.b: "y"']);
  t.same(differences({ a: ['x', 'y'] }, { a: ['x', 'z'] }), ['.a[1]']);
  t.same(differences({ a: ['x'] }, { a: ['x', 'y'] }), ['.a: ["x","y"]']);
});
