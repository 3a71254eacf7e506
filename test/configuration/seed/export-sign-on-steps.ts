// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { png } from '../../helpers/images.js';
import { environmentId } from '../../helpers/server.js';
import { anyOf, choose, listOf, made, type Step } from './export-steps.js';

const minutes = (duration: number) => ({ duration, timeUnit: 'MINUTES' });
const failure = { count: 4, coolDown: minutes(1) };
const offline = { enabled: true, otp: { lifeTime: minutes(20), failure, otpLength: 8 } };
const colours = {
  backgroundColor: '#FF00F0',
  bodyTextColor: '#8620FF',
  buttonColor: '#0CFFFB',
  buttonTextColor: '#FF6C6C',
  cardColor: '#0FFF39',
  headingTextColor: '#FF0005',
  linkTextColor: '#8A7F06',
};

/** Sends an item back with other members. */
const change =
  (path: string, changes: readonly object[]): Step =>
  async (call, at) => {
    const item = await anyOf(call, path, at);
    return item && call('PUT', `${path}/${item.id}`, { body: { ...item, ...choose(changes, at) } });
  };

const remove =
  (path: string): Step =>
  async (call, at) => {
    const item = await anyOf(call, path, at);
    return item && call('DELETE', `${path}/${item.id}`);
  };

/** What changes how people sign on: providers, devices, their policies, flow policies, themes, agreements and languages. */
export const signOnSteps: Record<string, Step> = {
  provider: async (call, at) =>
    made(call, 'identityProviders', {
      name: `i${at}`,
      enabled: at % 2 === 0,
      clientId: 'c',
      clientSecret: 's',
      ...choose<object>(
        [
          { type: 'GOOGLE' },
          { type: 'GITHUB' },
          { type: 'MICROSOFT', tenantId: 't' },
          {
            type: 'OPENID_CONNECT',
            issuer: 'https://idp.example.com',
            authorizationEndpoint: 'https://idp.example.com/authorize',
            tokenEndpoint: 'https://idp.example.com/token',
            jwksEndpoint: 'https://idp.example.com/jwks',
            scopes: ['openid'],
            tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
            registration: { population: { id: (await anyOf(call, 'populations', at))?.id } },
          },
        ],
        at,
      ),
    }),
  'change a provider': change('identityProviders', [{ enabled: true }, { description: 'd' }, { name: 'Renamed' }, { pkceMethod: 'S256' }]),
  async 'an attribute of a provider'(call, at) {
    const provider = await anyOf(call, 'identityProviders', at);
    const body = {
      name: choose(['nickname', 'title'], at),
      value: '${providerAttributes.name}',
      update: choose(['ALWAYS', 'EMPTY_ONLY'], at),
    };
    return provider && call('POST', `identityProviders/${provider.id}/attributes`, { body });
  },
  'remove a provider': remove('identityProviders'),
  async 'link an account'(call, at) {
    const [user, provider] = [await anyOf(call, 'users', at), await anyOf(call, 'identityProviders', at)];
    const body = { identityProvider: { id: provider?.id }, externalId: `x${at}` };
    return provider && call('POST', `users/${user?.id}/linkedAccounts`, { body, action: 'account.link' });
  },
  async 'a user’s provider'(call, at) {
    const [user, provider] = [await anyOf(call, 'users', at), await anyOf(call, 'identityProviders', at)];
    return (
      provider && call('PUT', `users/${user?.id}/identityProvider`, { body: at % 3 === 0 ? { type: 'PING_ONE' } : { id: provider.id } })
    );
  },
  async device(call, at) {
    const body = choose<object>(
      [
        { type: 'EMAIL', email: `d${at}@x.org` },
        { type: 'SMS', phone: `+1415555010${at % 10}`, status: 'ACTIVE' },
        { type: 'TOTP', nickname: 'App' },
        { type: 'VOICE', phone: `+1415555020${at % 10}` },
      ],
      at,
    );
    return made(call, `users/${(await anyOf(call, 'users', at))?.id}/devices`, body);
  },
  async 'change a device'(call, at) {
    const path = `users/${(await anyOf(call, 'users', at))?.id}/devices`;
    const device = await anyOf(call, path, at);
    if (!device) return undefined;
    if (at % 3 === 0) return call('DELETE', `${path}/${device.id}`);
    if (at % 3 === 1) return call('PUT', `${path}/${device.id}/nickname`, { body: { nickname: `n${at}` } });
    return call('POST', `${path}/${device.id}`, { action: choose(['device.block', 'device.lock', 'device.unblock'], at) });
  },
  'turn MFA of a user on or off': async (call, at) =>
    call('PUT', `users/${(await anyOf(call, 'users', at))?.id}/mfaEnabled`, { body: { mfaEnabled: at % 2 === 0 } }),
  'MFA policy': async (call, at) =>
    made(call, 'deviceAuthenticationPolicies', {
      name: `m${at}`,
      default: at % 4 === 0,
      sms: offline,
      voice: offline,
      email: offline,
      totp: { enabled: true, otp: { failure } },
      mobile: { enabled: false, otp: { failure } },
      fido2: { enabled: true, ...(at % 2 === 0 && { fido2PolicyId: (await anyOf(call, 'fido2Policies', at))?.id }) },
    }),
  'remove an MFA policy': remove('deviceAuthenticationPolicies'),
  'FIDO2 policy': async (call, at) =>
    made(call, 'fido2Policies', {
      name: `f${at}`,
      default: at % 4 === 0,
      relyingPartyId: 'login.example.com',
      deviceDisplayName: 'Key',
      attestationRequirements: choose(['NONE', 'DIRECT'], at),
      authenticatorAttachment: 'CROSS_PLATFORM',
      discoverableCredentials: 'REQUIRED',
      backupEligibility: { allow: at % 2 === 0, enforceDuringAuthentication: true },
      mdsAuthenticatorsRequirements: { option: 'NONE', enforceDuringAuthentication: false },
      userDisplayNameAttributes: { attributes: [{ name: 'username' }] },
      userVerification: { option: 'REQUIRED', enforceDuringAuthentication: true },
    }),
  'remove a FIDO2 policy': remove('fido2Policies'),
  'an action of a policy': async (call, at) => {
    const policy = await anyOf(call, 'signOnPolicies', at);
    const provider = await anyOf(call, 'identityProviders', at);
    const agreement = await anyOf(call, 'agreements', at);
    const body = choose<object>(
      [
        { type: 'MULTI_FACTOR_AUTHENTICATION', noDevicesMode: 'BYPASS', email: { enabled: true } },
        { type: 'IDENTITY_PROVIDER', identityProvider: { id: provider?.id } },
        { type: 'AGREEMENT', agreement: { id: agreement?.id } },
        { type: 'IDENTIFIER_FIRST', socialProviders: provider ? [{ id: provider.id }] : [] },
      ],
      at,
    );
    return call('POST', `signOnPolicies/${policy?.id}/actions`, { body: { ...body, priority: at + 2 } });
  },
  async theme(call, at) {
    const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment; filename=a.png' };
    const image = (await call('POST', 'images', { body: png(10 + at, 10), headers })).json();
    const logo = at % 2 === 0 ? { logoType: 'IMAGE', logo: { id: image.id, href: image.targets?.original.href } } : { logoType: 'NONE' };
    return made(call, 'themes', {
      template: choose(['slate', 'split', 'mural'], at),
      default: at % 3 === 0,
      configuration: { name: `t${at}`, backgroundType: 'COLOR', ...colours, ...logo, ...(at % 4 === 0 && { footer: 'Feet' }) },
    });
  },
  async 'remove a logo'(call, at) {
    const { configuration } = (await anyOf(call, 'themes', at)) as { configuration?: { logo?: { id: string } } };
    return configuration?.logo && call('DELETE', `images/${configuration.logo.id}`);
  },
  'remove a theme': remove('themes'),
  async agreement(call, at) {
    const id = await made(call, 'agreements', { name: `g${at}`, description: 'd', enabled: false, reconsentPeriodDays: 30 });
    const languages = `agreements/${id}/languages`;
    const language = await made(call, languages, { locale: 'en', displayName: 'Terms', enabled: true });
    const body = { contentType: 'text/plain', effectiveAt: '2026-11-22T12:00:00.000Z', requireReconsent: true, text: 'Agree' };
    await call('POST', `${languages}/${language}/revisions`, { body });
    return at % 2 === 0 ? change('agreements', [{ enabled: true }])(call, at) : undefined;
  },
  'remove an agreement': remove('agreements'),
  language: async (call, at) =>
    made(call, 'languages', { locale: choose(['cy-GB', 'de-AT', 'en-GB', 'fr-CH'], at), enabled: at % 2 === 0, default: false }),
  'change a language': change('languages', [{ enabled: true }, { enabled: true, default: true }, { enabled: false }]),
  'assign a flow policy': async (call, at) => {
    const policies = await listOf(call, 'flowPolicies');
    const application = await anyOf(call, 'applications', at);
    if (policies.length === 0) return undefined;
    const body = { priority: 1, flowPolicy: { id: choose(policies, at).id } };
    return call('POST', `applications/${application?.id}/flowPolicyAssignments`, { body });
  },
  webhook: async (call, at) =>
    made(call, 'subscriptions', {
      name: `w${at}`,
      enabled: false,
      protocol: 'HTTPS',
      format: 'ACTIVITY',
      httpEndpoint: { url: 'https://hook.example.com' },
      verifyTlsCertificates: true,
      filterOptions: {
        includedActionTypes: ['USER.CREATED'],
        ...(at % 2 === 0 && { includedPopulations: [{ id: (await anyOf(call, 'populations', at))?.id }] }),
      },
    }),
  'remove a webhook': remove('subscriptions'),
  'change MFA settings': async (call, at) =>
    call('PUT', 'mfaSettings', {
      body: { pairing: { maxAllowedDevices: 1 + at, pairingKeyFormat: choose(['NUMERIC', 'ALPHANUMERIC'], at) } },
    }),
};

/** What the seed brings that the management API cannot create. */
export const flowPolicies = {
  environments: [
    {
      id: environmentId,
      flowPolicies: [
        { id: '6e9114ac34cfcec300202eae7776f981', name: 'Sign on', preset: 'sign-on' },
        {
          id: '6e9114ac34cfcec300202eae7776f982',
          name: 'With a form',
          nodes: [
            {
              type: 'form',
              name: 'Sign On',
              fields: [{ key: 'username' }, { key: 'password', type: 'PASSWORD' }],
              buttons: [{ key: 'SIGNON', label: 'Sign On' }],
            },
            { type: 'password' },
            { type: 'success' },
          ],
        },
      ],
    },
  ],
};
