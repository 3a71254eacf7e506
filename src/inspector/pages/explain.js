/** Plain words for the names of rules, states and claims. */

/** Rules whose name does not say enough. */
const rules = {
  parameter_once: 'no parameter is repeated',
  challenge_present: 'a code_challenge, if required',
  code_client: 'the code belongs to this client',
  code_fresh: 'the code has not expired',
  redirect_uri_repeated: 'redirect_uri equals that at /authorize',
  verifier_matches_challenge: 'the transformed verifier equals the challenge',
};

/** Checks that a step always shows; the others are folded. */
export const isTelling = (rule) =>
  /^(client_known|authorize_client_known|redirect_uri|challenge|method|no_|code_|verifier|path|env)/.test(rule);

/** What a rule requires, in words; mostly its name says it. */
export const ruleInWords = (rule) => {
  const name = rule.replace('authorize_', '');
  return rules[name] ?? name.replace(/_(?!id|uri)/g, ' ').replace('s256', 'S256');
};

/** How a state is drawn: its sign, its label, its colour. */
export const states = {
  waiting: ['…', 'Waiting for sign-on', 'wait'],
  code_issued: ['…', 'Code issued, not redeemed yet', 'wait'],
  succeeded: ['✓', 'Tokens issued', 'good'],
  failed: ['✗', 'Refused', 'bad'],
  expired: ['○', 'Expired', 'mute'],
};

/** How a transaction is drawn. A theft that worked is not a success, although the server issued tokens. */
export const stateOf = ({ state, theft }) => (theft ? ['!', 'Stolen', 'bad'] : states[state]);

const front = 'front channel: the browser carries it';
/** The channel of a step: through the browser, where others can look, or direct. */
export const channels = { authorize: front, redirect: front, code: front, token: 'back channel: straight to the server' };

const client = 'The client that the token was issued to.';
export const claims = {
  iss: 'Issuer: who made the token. It must equal the issuer that you configured.',
  sub: 'Subject: the id of the user, or of the client if there is no user. It never changes; use it as the key.',
  aud: 'Audience: who the token is for. An API must refuse tokens for others.',
  exp: 'Expires: no longer valid from this moment.',
  iat: 'Issued at, in seconds since 1970.',
  nbf: 'Not before: not valid earlier.',
  auth_time: 'When the user actually signed on.',
  nonce: 'What the application sent: it binds the ID token to that request.',
  acr: 'Which sign-on policy was met.',
  amr: 'How the user signed on: pwd is a password.',
  azp: client,
  client_id: client,
  scope: 'What the token allows.',
  at_hash: 'Half of the hash of the access token: it binds the two together.',
  c_hash: 'Half of the hash of the code: it binds the two together.',
  sid: 'The session that the token belongs to.',
  jti: 'The id of this token.',
  org: 'PingOne: the organization.',
  env: 'PingOne: the environment.',
  'p1.rid': 'PingOne: the request that issued it, to find it in the audit log.',
  'p1.region': 'PingOne: the region of the environment.',
  updated_at: 'When the user was last changed.',
  preferred_username: 'The username, for display.',
  name: 'The full name, for display.',
  given_name: 'The given name.',
  family_name: 'The family name.',
  email: 'The e-mail address. It may change: never use it as the key.',
  alg: 'The algorithm of the signature. A verifier must expect a fixed one, not read it from here.',
  kid: 'Which key of the JWKS signed it.',
  typ: 'What kind of token it is.',
  x5t: 'Fingerprint of the certificate.',
};
export const timeClaims = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);
