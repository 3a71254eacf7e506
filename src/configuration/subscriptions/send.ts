import { createPrivateKey, type JsonWebKeyInput } from 'node:crypto';
import type { Context, Environment } from '../../environment/context.js';
import type { Activity } from '../../environment/journal/activities.js';
import { certificatePem } from '../../environment/keys/configured-key.js';
import type { Subscription } from '../../environment/model/subscriptions.js';
import { type Post, post, reasonOf } from '../../lib/http-post.js';
import { textMember } from '../../lib/unknown.js';
import { write } from './payload.js';

/** How long a target may take. */
const milliseconds = 10_000;

/** The authorities that this machine trusts; before Node 22.15 only those that Node brings. */
const trusted = (): readonly string[] => {
  const tls: { getCACertificates?: (type: 'default') => string[]; rootCertificates: readonly string[] } =
    process.getBuiltinModule('node:tls');
  return tls.getCACertificates?.('default') ?? tls.rootCertificates;
};

/** The private key and certificate that the mock presents to the target. */
async function clientKey({ store }: Environment, { tlsClientAuthKeyPair: pair }: Subscription): Promise<Post['tls']> {
  if (!pair) return {};
  const key = await store.configuredKeys.get(pair.id);
  if (!key?.privateKey) throw new Error(`its tlsClientAuthKeyPair ${pair.id} no longer exists`);
  const pkcs8 = textMember(key.privateKey, 'pkcs8');
  const privateKey =
    pkcs8 === undefined
      ? createPrivateKey({ key: key.privateKey, format: 'jwk' } as JsonWebKeyInput)
      : createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: certificatePem(key.certificate) };
}

/** Certificates uploaded to the environment are trusted, and so is the mock's own authority (docs/fidelity.md, management 7.18). */
async function tlsOf(context: Context, environment: Environment, subscription: Subscription): Promise<Post['tls']> {
  const own = await clientKey(environment, subscription);
  if (!subscription.verifyTlsCertificates) return { ...own, rejectUnauthorized: false };
  const uploaded = (await environment.store.certificates.list()).map(({ certificate }) => certificatePem(certificate));
  const more = [...uploaded, ...(context.certificateAuthority === undefined ? [] : [context.certificateAuthority])];
  return { ...own, ...(more.length > 0 && { ca: [...trusted(), ...more] }) };
}

interface Delivery {
  readonly subscription: Subscription;
  readonly activities: readonly Activity[];
  /** The address of the management API, for links. */
  readonly root: string;
  readonly stop: AbortSignal;
}

/** Posts events to a subscription's target. Returns why they have to be sent again, or undefined for a 200. */
export async function send(
  context: Context,
  environment: Environment,
  { subscription, activities, root, stop }: Delivery,
): Promise<string | undefined> {
  const { url, headers = {} } = subscription.httpEndpoint ?? { url: '' };
  try {
    const { contentType, body } = write(subscription, activities, root);
    const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
    const usual = Object.entries({ 'content-type': contentType, accept: '*/*', 'user-agent': 'pingone-mock' });
    const status = await post(
      {
        url,
        headers: { ...Object.fromEntries(usual.filter(([name]) => !own.has(name))), ...headers },
        body,
        ...(/^https:/i.test(url) && { tls: await tlsOf(context, environment, subscription) }),
      },
      { milliseconds, stop },
    );
    if (status === 200) return undefined;
    return `it answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}; only 200 counts`;
  } catch (error) {
    return reasonOf(error);
  }
}
