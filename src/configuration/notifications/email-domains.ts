import { createHash } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { EmailDomain, TrustedEmail } from '../../environment/model/notifications.js';
import { serialize } from '../../environment/serialize.js';
import { sameSecret } from '../../lib/same-secret.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, nowOf, putUnique } from '../items.js';
import type { EmailDomainBody, TrustedEmailBody } from './schema.js';

/** The domain of this id, or a 404. */
export const emailDomainOf = finder(({ emailDomains }) => emailDomains);

const codeLetters = 'abcdefghijkmnpqrstuvwxyz23456789';
const codeMilliseconds = 24 * 3_600_000;
const attempts = 5;

export async function createEmailDomain(environment: Environment, body: EmailDomainBody): Promise<EmailDomain> {
  const domain = { ...newMembers(environment), ...body };
  await putUnique(environment.store.emailDomains, domain, 'domainName');
  return domain;
}

/** Deletes a domain with its addresses. */
export async function deleteEmailDomain({ store }: Environment, { id }: EmailDomain): Promise<void> {
  await store.emailDomains.take(id);
  for (const email of await store.trustedEmails.find('domain.id', id)) await store.trustedEmails.take(email.id);
}

/** A value for a DNS record, always the same for the same domain. */
const tokenOf = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

const status = 'VERIFICATION_REQUIRED';
const regions = ['us-east-1', 'eu-central-1'];

/** The DNS records that PingOne requires. The mock does not query DNS, so they stay unverified. */
export const dnsRecordsOf = ({ id, domainName, environment }: EmailDomain) => ({
  ownership: {
    type: 'TXT',
    regions: regions.map((region) => ({ name: region, status, key: '_amazonses', value: tokenOf('ownership', id, region) })),
    environmentDnsRecord: { status, key: '_pingoneemail', value: tokenOf('environment', environment.id, domainName) },
  },
  dkim: {
    type: 'CNAME',
    regions: regions.map((region) => ({
      name: region,
      status,
      tokens: [1, 2, 3].map((at) => {
        const token = tokenOf('dkim', id, region, String(at));
        return { key: `${token}._domainkey`, value: `${token}.dkim.amazonses.com` };
      }),
    })),
  },
  spf: { type: 'TXT', status, key: '@', value: 'v=spf1 include:amazonses.com ~all' },
});

/** An address with a new code, which waits in the outbox. */
async function withCode(environment: Environment, email: TrustedEmail): Promise<TrustedEmail> {
  const { random, clock, outbox } = environment;
  const code = random.text(8, codeLetters);
  await outbox.add({
    channel: 'email',
    to: email.emailAddress,
    subject: 'Verify your email address',
    text: `The verification code is ${code}.`,
    code,
  });
  return { ...email, verification: { code, expiresAt: new Date(clock.now() + codeMilliseconds).toISOString(), failures: 0 } };
}

/** Adds an address of a domain, and sends it a code. */
export async function createTrustedEmail(environment: Environment, domain: EmailDomain, body: TrustedEmailBody): Promise<TrustedEmail> {
  const { emailAddress } = body;
  if (!emailAddress.toLowerCase().endsWith(`@${domain.domainName.toLowerCase()}`))
    throw invalidValue('trustedEmail', texts.trustedEmail.text);
  const email = { ...newMembers(environment), domain: { id: domain.id }, emailAddress, status } as const;
  await putUnique(environment.store.trustedEmails, email, 'emailAddress');
  const sent = await withCode(environment, email);
  await environment.store.trustedEmails.put(sent);
  return sent;
}

/** Activates an address by the code that was sent to it, within a day and five attempts. */
export const activateTrustedEmail = (environment: Environment, { id }: TrustedEmail, presented: string): Promise<TrustedEmail> =>
  serialize(environment, `trusted e-mail ${id}`, async () => {
    const { trustedEmails } = environment.store;
    const email = (await trustedEmails.get(id)) as TrustedEmail;
    const { verification, ...rest } = email;
    const isOpen = verification !== undefined && verification.failures < attempts && verification.expiresAt > nowOf(environment);
    if (!isOpen || !sameSecret(verification.code, presented.trim().toLowerCase())) {
      if (verification) await trustedEmails.put({ ...email, verification: { ...verification, failures: verification.failures + 1 } });
      throw invalidValue('verificationCode', texts.trustedEmailCode.text);
    }
    const active = { ...rest, ...keptMembers(environment, email), status: 'ACTIVE' } as const;
    await trustedEmails.put(active);
    return active;
  });
