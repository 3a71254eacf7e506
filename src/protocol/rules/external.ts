import type { ObservedRule } from './row.js';

const provider = 'Fix this at the identity provider';
const settings = 'Compare the provider’s settings with the metadata that it publishes';

/** What the callback of an external identity provider has to be, and what the provider says there (OpenID Connect Core §3.1.3.7). */
export const externalRules = {
  external_state_sent: {
    spec: 'RFC 6749 §4.1.2',
    title: 'The callback has no state',
    why: 'Without one, the callback cannot be matched to a sign-on, and it may be forged.',
    fix: `${provider}: it must return the state that it received. Start the sign-on again from the application.`,
  },
  external_state: {
    spec: 'RFC 6749 §10.12',
    title: 'The state of the callback belongs to no sign-on of this environment',
    why: 'A state works for fifteen minutes. One that was never issued may be forged.',
    fix: 'Have the provider return the state that it received. Start the sign-on again from the application.',
  },
  external_state_unused: {
    spec: 'RFC 6749 §10.12',
    title: 'The state of the callback was used before',
    why: 'A state works only once: a second callback may be a replay.',
    fix: 'Start the sign-on again from the application; the callback page cannot be reloaded.',
  },
  external_browser: {
    spec: 'RFC 6749 §10.12',
    title: 'The browser of the callback is not the one that was sent to the provider',
    why: 'Otherwise an attacker could make another person’s browser open a callback, and sign that person on to the attacker’s account.',
    fix: 'Follow rp/authenticate, the provider’s pages and rp/callback in one browser that keeps cookies.',
  },
  external_callback: {
    spec: 'RFC 9700 §4.4',
    title: 'The callback belongs to another type of provider',
    why: 'An answer counts only at the address given to this provider; otherwise two providers could be mixed up.',
    fix: 'Have the provider answer at the redirect_uri of the request.',
  },
  external_iss: {
    spec: 'RFC 9207 §2.4',
    title: 'The callback names a different issuer than that of the provider',
    why: 'The code may belong to another provider, and this one would learn it.',
    fix: `${provider}: iss must be its issuer, character for character.`,
  },
  external_consented: {
    spec: 'RFC 6749 §4.1.2.1',
    title: ({ got }) => `The identity provider answered with an error: ${got ?? 'without a code'}`,
    fix: 'See what the provider says about it. invalid_scope, unauthorized_client and the like are about the provider’s settings here; access_denied is the person’s or the provider’s decision.',
  },
  external_code: {
    spec: 'RFC 6749 §4.1.2',
    title: 'The callback has no code',
    fix: `${provider}: it must answer with code and state, as query parameters or as a form.`,
  },
  external_waiting: {
    title: 'The sign-on no longer waits for this provider',
    why: 'It has ended, or has taken another path in the meantime.',
    fix: 'Start again from the application.',
  },
  external_address: {
    spec: 'RFC 6749 §3.2',
    title: ({ got }) => `The mock does not call ${got}`,
    why: 'It calls https addresses; http only on this machine and its containers.',
    fix: 'Configure an https address, or one on this machine.',
  },
  external_token: {
    spec: 'RFC 6749 §5.1',
    title: 'The identity provider’s token endpoint returned no token',
    why: ({ got }) => `${got}.`,
    fix: `${settings}: tokenEndpoint, clientId, clientSecret, tokenEndpointAuthMethod, pkceMethod; and its redirect URIs with the callback of this environment.`,
  },
  external_id_token: {
    spec: 'OpenID Connect Core §3.1.3.3',
    title: 'The token response has no ID token that can be read',
    fix: `${provider}: it must answer the scope openid with an id_token, a signed JWT.`,
  },
  external_algorithm: {
    spec: 'RFC 8725 §3.1',
    title: ({ got }) => `The ID token is signed with ${got}`,
    why: 'Only public-key signatures are accepted: alg none proves nothing, and anyone who knows a shared secret can sign with it.',
    fix: `${provider}: sign ID tokens with RS, PS or ES.`,
  },
  external_keys: {
    spec: 'RFC 7517 §5',
    title: 'The keys of the identity provider could not be read',
    why: ({ got }) => `${got}.`,
    fix: `${settings}: jwksEndpoint.`,
  },
  external_key: {
    spec: 'RFC 7515 §4.1.4',
    title: 'The provider has no key with the ID token’s kid and algorithm',
    fix: `${settings}: jwksEndpoint. After a rotation the provider must publish the new key before it signs with it.`,
  },
  external_signature: {
    spec: 'RFC 7515 §5.2',
    title: 'The signature of the ID token is wrong',
    fix: `${settings}: issuer and jwksEndpoint must belong together.`,
  },
  external_issuer: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The ID token is from another issuer',
    fix: `${settings}: issuer must be the token’s iss, character for character.`,
  },
  external_audience: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The ID token is for another client',
    fix: `${settings}: clientId must be in the token’s aud.`,
  },
  external_azp: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The ID token was issued to another party',
    why: 'With several audiences azp must say which client the token is for, and it must be this one.',
    fix: `${provider}: azp must be the clientId.`,
  },
  external_fresh: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The ID token has expired, or has no expiry time',
    fix: 'Check both clocks. In tests, check whether one moved the mock’s clock in either environment.',
  },
  external_issued: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The ID token was issued in the future, or does not say when',
    fix: 'Check both clocks. In tests, check whether one moved the mock’s clock in either environment.',
  },
  external_nonce: {
    spec: 'OpenID Connect Core §3.1.3.7',
    title: 'The nonce of the ID token is not that of the request',
    why: 'The token may come from another sign-on, injected into this one.',
    fix: `${provider}: it must put the nonce of the authorization request into the ID token.`,
  },
  external_at_hash: {
    spec: 'OpenID Connect Core §3.1.3.8',
    title: 'The at_hash of the ID token is not that of the access token',
    fix: `${provider}: at_hash is the left half of the hash of the access token.`,
  },
  external_userinfo: {
    spec: 'OpenID Connect Core §5.3',
    title: 'The identity provider did not say who the person is',
    why: ({ got }) => `${got}.`,
    fix: `${settings}: userInfoEndpoint and scopes.`,
  },
  external_userinfo_subject: {
    spec: 'OpenID Connect Core §5.3.2',
    title: 'Userinfo and the ID token are about different people',
    fix: `${provider}: both must have the same sub.`,
  },
  external_subject: {
    spec: 'OpenID Connect Core §2',
    title: 'The identity provider did not send the person’s identifier',
    fix: `${provider}: the answer must have it, as a text or a number.`,
  },
  external_user: {
    title: 'No user could be signed on for the account at the identity provider',
    why: ({ got }) => `${got}.`,
    fix: 'Check the attribute mappings of the provider, its registration population, and the user.',
  },
} as const satisfies Record<string, ObservedRule>;
