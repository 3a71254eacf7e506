import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import { certificatePem, certificatePkcs7, signingRequestPem } from '../../environment/keys/configured-key.js';
import type { CertificateRecord, KeyRecord } from '../../environment/model/configuration.js';
import { readBy } from '../../lib/schema/types.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { created } from '../http/answers.js';
import { accepting, bodyReader, mediaTypeOf } from '../http/bodies.js';
import { environmentUrl, ofEnvironment, ofItem } from '../http/paths.js';
import { emptyList, resource } from '../http/resource.js';
import { acceptUploads, multipart, readUpload } from '../http/uploads.js';
import { addCertificate, certificateOf, deleteCertificate } from './certificates.js';
import { uploadKey } from './key-files.js';
import {
  createKeyRotationPolicy,
  deleteKeyRotationPolicy,
  listKeyRotationPolicies,
  replaceKeyRotationPolicy,
} from './key-rotation-policies.js';
import { changeKey, configuredKeys, createKey, deleteKey, keyOf } from './keys.js';
import { certificateImport, certificateUpload, keyBody, keyChange, keyRotationPolicyBody, keyUpload } from './schema.js';
import { importCertificate, signingRequestOf } from './signing-requests.js';

const path = '/environments/:environmentId/keys';

/** The formats in which a certificate can be requested (docs/fidelity.md, management 6.8). */
const forms: Readonly<Record<string, (certificate: string) => string | Buffer>> = {
  'application/x-x509-ca-cert': certificatePem,
  'application/x-pkcs7-certificates': certificatePkcs7,
};

const pem = 'application/x-pem-file';
/** The formats of a request for a certificate; the first is the usual one. */
const requestForms: Readonly<Record<string, (request: Buffer) => string | Buffer>> = {
  'application/pkcs10': (request) => request,
  [pem]: signingRequestPem,
};

/** The first of these formats that the request asks for. */
function formAmong(known: Readonly<Record<string, unknown>>, { headers: { accept = '' } }: FastifyRequest): string | undefined {
  const wanted = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return wanted.find((type) => Object.hasOwn(known, type));
}

const asText = (known: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.keys(known).map((type) => [type, { type: 'string' }]));

/** The formats of the answer, for the API's description. */
const answers = {
  200: { 'application/hal+json': { type: 'object' }, 'application/json': { type: 'object' }, ...asText(forms) },
};
const requestAnswers = { 200: asText(requestForms) };

const readKey = bodyReader(keyBody);
const readForm = bodyReader(keyUpload);
const readCertificate = bodyReader(certificateUpload);
const readImport = bodyReader(certificateImport);

const thirtyDays = 30 * 86_400_000;

/** The status of a key or a certificate at a moment. */
function statusOf({ startsAt, expiresAt }: CertificateRecord, now: number): string {
  if (now < Date.parse(startsAt)) return 'NOT_YET_VALID';
  if (now >= Date.parse(expiresAt)) return 'EXPIRED';
  return now >= Date.parse(expiresAt) - thirtyDays ? 'EXPIRING' : 'VALID';
}

/** Keys with their certificates, without the private keys (docs/fidelity.md, management 6.8). */
export const keys: Endpoint = (app, context) => {
  acceptUploads(app);
  const show = (key: KeyRecord, url: string, { record, clock }: Environment) => ({
    ...showItem(key, { self: `${url}/keys/${key.id}`, environment: url }, ['privateKey', 'certificate']),
    organization: record.organization,
    status: statusOf(key, clock.now()),
  });
  const { list, replace, remove } = resource(app, context, {
    path: `${path}/:itemId`,
    items: ({ environment }) => configuredKeys(environment),
    find: keyOf,
    show: (key, urls, { environment }) => show(key, urls.environment, environment),
  });
  list();

  /** Reads the form of an upload: the file is taken as it is, the rest is checked like any body. */
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
    return created(reply, show(key, environmentUrl(context, request, environment), environment));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofItem, answers } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const key = await keyOf(environment, request.params.itemId);
    const form = formAmong(forms, request);
    if (form === undefined) return show(key, environmentUrl(context, request, environment), environment);
    return reply.header('content-type', form).send(forms[form]?.(key.certificate));
  });

  app.get(`${path}/:itemId/csr`, { schema: { params: ofItem, answers: requestAnswers } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const signingRequest = signingRequestOf(await keyOf(environment, request.params.itemId));
    const form = formAmong(requestForms, request) ?? 'application/pkcs10';
    return reply.header('content-type', form).send(requestForms[form]?.(signingRequest));
  });
  // The page on it says PUT, the SDK sends POST.
  for (const method of ['PUT', 'POST'] as const)
    app.route({
      method,
      url: `${path}/:itemId/csr`,
      schema: { params: ofItem },
      config: accepting({ [multipart]: certificateUpload }),
      handler: async (request) => {
        const environment = environmentOf(context, request);
        const { itemId } = readBy(ofItem, request.params);
        await keyOf(environment, itemId);
        const { texts: members, files } = await readUpload(request.body, request.headers['content-type']);
        const file = files.get('file');
        readCertificate({ ...members, file: file && 'file' });
        const key = await importCertificate(environment, itemId, file as Uint8Array);
        return show(key, environmentUrl(context, request, environment), environment);
      },
    });

  replace(keyChange, ({ environment }, existing, body) => changeKey(environment, existing, body));
  remove(({ environment }, key) => deleteKey(environment, key));
};

/** Certificates of other parties (docs/fidelity.md, management 6.8). */
export const certificates: Endpoint = (app, context) => {
  const own = '/environments/:environmentId/certificates';
  const show = (certificate: CertificateRecord, url: string, { record, clock }: Environment) => ({
    ...showItem(certificate, { self: `${url}/certificates/${certificate.id}`, environment: url }, ['certificate']),
    organization: record.organization,
    status: statusOf(certificate, clock.now()),
  });
  const { list, remove } = resource(app, context, {
    path: `${own}/:itemId`,
    items: ({ environment }) => environment.store.certificates.list(),
    find: certificateOf,
    show: (certificate, urls, { environment }) => show(certificate, urls.environment, environment),
  });
  list();
  app.post(own, { schema: { params: ofEnvironment }, config: accepting({ [multipart]: certificateImport }) }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { texts: members, files } = await readUpload(request.body, request.headers['content-type']);
    const file = files.get('file');
    const { usageType } = readImport({ ...members, file: file && 'file' });
    const certificate = await addCertificate(environment, { file: file as Uint8Array, usageType });
    return created(reply, show(certificate, environmentUrl(context, request, environment), environment));
  });
  app.get(`${own}/:itemId`, { schema: { params: ofItem, answers } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const certificate = await certificateOf(environment, request.params.itemId);
    const form = formAmong(forms, request);
    if (form === undefined) return show(certificate, environmentUrl(context, request, environment), environment);
    return reply.header('content-type', form).send(forms[form]?.(certificate.certificate));
  });
  remove(({ environment }, certificate) => deleteCertificate(environment, certificate));
  // Applications of the protocols that use them are not offered.
  emptyList(app, context, `${own}/:itemId/applications`, { parent: certificateOf });
};

/** Key rotation policies (docs/fidelity.md, management 6.8). Their keys are those of the JWK set. */
export const keyRotationPolicies: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/keyRotationPolicies/:itemId',
    items: ({ environment }) => listKeyRotationPolicies(environment),
    show: (policy, urls, { environment }) => {
      const { current, next, rotatedAt } = environment.keys.ofPolicy(policy.id);
      return {
        ...showItem(policy, { self: urls.self, environment: urls.environment }, [...moments, 'keys']),
        currentKeyId: current.kid,
        nextKeyId: next.kid,
        rotatedAt: new Date(rotatedAt).toISOString(),
      };
    },
  });
  list();
  create(keyRotationPolicyBody, ({ environment }, body) => createKeyRotationPolicy(environment, body));
  read();
  replace(keyRotationPolicyBody, ({ environment }, existing, body) => replaceKeyRotationPolicy(context, environment, existing, body));
  remove(({ environment }, policy) => deleteKeyRotationPolicy(environment, policy));
};
