import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import { certificatePem, certificatePkcs7 } from '../../environment/keys/configured-key.js';
import type { KeyRecord } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { notFound } from '../../pingone/pingone-error.js';
import { showApplication } from '../applications/view.js';
import { created, done } from '../http/answers.js';
import { accepting, bodyReader, mediaTypeOf } from '../http/bodies.js';
import { environmentUrl, ofEnvironment, ofItem } from '../http/paths.js';
import { acceptUploads, multipart, readUpload } from '../http/uploads.js';
import { uploadKey } from './key-files.js';
import { applicationsOfKey, changeKey, configuredKeys, createKey, deleteKey } from './keys.js';
import { keyBody, keyChange, keyUpload } from './schema.js';

const path = '/environments/:environmentId/keys';

/** The forms in which a certificate can be asked for (docs/fidelity.md, management 6.8). */
const forms: Readonly<Record<string, (certificate: string) => string>> = {
  'application/x-x509-ca-cert': certificatePem,
  'application/x-pkcs7-certificates': certificatePkcs7,
};

/** For the description: what the key is shown as, beside those. */
const answers = {
  200: { 'application/hal+json': { type: 'object' }, ...Object.fromEntries(Object.keys(forms).map((type) => [type, { type: 'string' }])) },
};

const readKey = bodyReader(keyBody);
const readForm = bodyReader(keyUpload);

const thirtyDays = 30 * 86_400_000;

/** Whether a key may be used at a moment. */
function statusOf({ startsAt, expiresAt }: KeyRecord, now: number): string {
  if (now < Date.parse(startsAt)) return 'NOT_YET_VALID';
  if (now >= Date.parse(expiresAt)) return 'EXPIRED';
  return now >= Date.parse(expiresAt) - thirtyDays ? 'EXPIRING' : 'VALID';
}

/** Keys with their certificates; the private half is never told (docs/fidelity.md, management 6.8). */
export const keys: Endpoint = (app, context) => {
  acceptUploads(app);
  const show = (request: FastifyRequest, environment: Environment, key: KeyRecord) => {
    const url = environmentUrl(context, request, environment);
    return {
      ...showItem(key, { self: `${url}/keys/${key.id}`, environment: url }, ['privateKey', 'certificate']),
      organization: environment.record.organization,
      status: statusOf(key, environment.clock.now()),
    };
  };
  const find = async (environment: Environment, id: string): Promise<KeyRecord> => {
    const key = (await configuredKeys(environment)).find((other) => other.id === id);
    if (!key) throw notFound({ text: texts.keyUnknown.text(id, environment.id) });
    return key;
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const items = (await configuredKeys(environment)).map((key) => show(request, environment, key));
    return toCollection('keys', items, { self: `${environmentUrl(context, request, environment)}/keys`, count: items.length });
  });

  /** From the form of an upload: the file stands for itself, the rest is judged as any body. */
  const upload = async (request: FastifyRequest, environment: Environment): Promise<KeyRecord> => {
    const { texts: members, files } = await readUpload(request.body, request.headers['content-type']);
    const file = files.get('file');
    const { usageType, password } = readForm({ ...members, file: file && 'file' });
    return uploadKey(environment, { file: file as Uint8Array, usageType, password });
  };

  const bodies = accepting({ 'application/json': keyBody, [multipart]: keyUpload });
  app.post(path, { schema: { params: ofEnvironment }, config: bodies }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const key =
      mediaTypeOf(request) === multipart ? await upload(request, environment) : await createKey(environment, readKey(request.body));
    return created(reply, show(request, environment, key));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofItem, answers } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const key = await find(environment, request.params.itemId);
    const wanted = (request.headers.accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
    const form = wanted.find((type) => Object.hasOwn(forms, type));
    if (form === undefined) return show(request, environment, key);
    return reply.header('content-type', form).send(forms[form]?.(key.certificate));
  });

  app.put(`${path}/:itemId`, { schema: { params: ofItem, body: keyChange } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params.itemId);
    return show(request, environment, await changeKey(environment, existing, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteKey(environment, await find(environment, request.params.itemId));
    return done(reply);
  });

  app.get(`${path}/:itemId/applications`, { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const { id } = await find(environment, request.params.itemId);
    const items = (await applicationsOfKey(environment, id)).map((application) => showApplication(application, url));
    return toCollection('applications', items, { self: `${url}/keys/${id}/applications`, count: items.length });
  });
};
