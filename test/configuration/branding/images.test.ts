import t from 'tap';
import { largestImage, mostImages } from '../../../src/configuration/branding/images.js';
import { gif, jpeg, png } from '../../helpers/images.js';
import { environmentUrl, managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const authorization = `Bearer ${await workerToken(server.app)}`;
  const upload = (payload: Buffer | string, type = 'image/png', host = 'localhost:9400') =>
    server.app.inject({
      method: 'POST',
      url: `/v1/environments/${environmentId}/images`,
      headers: { authorization, host, 'content-type': type, 'content-disposition': 'attachment; filename=logo.png' },
      payload,
    });
  return { ...server, call: await managementClient(server.app), upload };
};

t.test('an image is uploaded, read, served and deleted', async (t) => {
  const { app, call, upload } = await start(t);
  const logo = png(901, 300);
  const made = await upload(logo);
  t.equal(made.statusCode, 201, made.body);
  const { id, targets } = made.json();
  const original = targets.original.id;
  const href = `http://localhost:9400/environments/${environmentId}/images/${id}_${original}_original.png`;
  const { createdAt } = made.json();
  t.same(made.json(), {
    _links: { self: { href: `${environmentUrl}/images/${id}` }, environment: { href: environmentUrl } },
    id,
    environment: { id: environmentId },
    createdAt,
    targets: { original: { id: original, type: 'png', width: 901, height: 300, href } },
  });
  t.equal(made.headers.location, `${environmentUrl}/images/${id}`);
  t.same((await call('GET', `images/${id}`)).json(), made.json());
  const served = await app.inject({ url: new URL(href).pathname });
  t.match(served.headers, { 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
  t.same(served.rawPayload, logo);
  for (const wrong of [href.replace('.png', '.jpg'), href.replace(original, id), `${href}x`, href.replace(id, original)])
    t.equal((await app.inject({ url: new URL(wrong).pathname })).statusCode, 404, wrong);
  t.equal((await call('DELETE', `images/${id}`)).statusCode, 204);
  t.equal((await call('GET', `images/${id}`)).statusCode, 404);
  t.equal((await app.inject({ url: new URL(href).pathname })).statusCode, 404);
});

t.test('images come in three formats, whatever the media type says, and are called PNG', async (t) => {
  const { app, upload } = await start(t);
  for (const [bytes, type, served] of [
    [gif(3, 4), 'image/gif', 'image/gif'],
    [jpeg(3, 4), 'image/jpg', 'image/jpeg'],
    [jpeg(3, 4), 'IMAGE/JPEG; q=1', 'image/jpeg'],
    [gif(3, 4), 'image/png', 'image/gif'],
  ] as const) {
    const { targets } = (await upload(bytes, type)).json();
    t.match(targets.original, { type: 'png', width: 3, height: 4, href: /_original\.png$/ });
    const answer = await app.inject({ url: new URL(targets.original.href).pathname });
    t.equal(answer.headers['content-type'], served, 'the bytes stay as they are');
    t.same(answer.rawPayload, bytes);
  }
});

t.test('no other body is an image, and images have neither list nor PUT', async (t) => {
  const { environment, call, upload } = await start(t);
  t.same(refusal(await upload('<svg/>')), [400, 'INVALID_VALUE', 'file']);
  t.equal((await upload('')).statusCode, 400);
  for (const type of ['image/svg+xml', 'application/json', 'multipart/form-data; boundary=x', 'application/octet-stream'])
    t.equal((await upload('{}', type)).statusCode, 415, type);
  t.equal((await upload(Buffer.concat([png(1, 1), Buffer.alloc(largestImage)]))).statusCode, 413);
  const { id } = (await upload(Buffer.concat([png(1, 1), Buffer.alloc(largestImage - 100)]))).json();
  t.equal((await call('GET', 'images')).statusCode, 403, 'the gateway knows no list');
  t.equal((await call('PUT', `images/${id}`, { body: {} })).statusCode, 403);
  const bodies = environment.requests.list().map(({ body }) => body);
  t.ok(bodies.includes(`(${png(1, 1).length + largestImage - 100} bytes of image/png)`), 'the journal has the size');
  t.notMatch(bodies.join(), /IHDR/, 'and no bytes');
});

t.test('on PingOne’s hosts an image is on the host for uploads of the same region', async (t) => {
  const { app, upload } = await start(t);
  const { targets } = (await upload(png(1, 1), 'image/png', 'api.pingone.eu')).json();
  t.match(
    targets.original.href,
    /^http:\/\/uploads\.pingone\.eu\/environments\/[a-zA-Z0-9-]*\/images\/[a-zA-Z0-9-]*_[a-zA-Z0-9-]*_original\.png$/,
  );
  const url = new URL(targets.original.href).pathname;
  const statusAt = async (host: string) => (await app.inject({ url, headers: { host } })).statusCode;
  t.equal(await statusAt('uploads.pingone.eu'), 200);
  for (const host of ['auth.pingone.eu', 'api.pingone.eu', 'apps.pingone.eu']) t.equal(await statusAt(host), 403, host);
});

t.test('an environment holds a limited number of images', async (t) => {
  const { environment, upload } = await start(t);
  const { id } = (await upload(png(1, 1))).json();
  const image = await environment.store.images.get(id);
  if (!image) throw new Error('no image');
  for (let at = 1; at < mostImages; at += 1) await environment.store.images.put({ ...image, id: `${at}` });
  t.same(refusal(await upload(png(1, 1))), [400, 'CONSTRAINT_VIOLATION', undefined]);
});
