/** Plain words for the names that rules, states and claims have. */

const rules = {
  client_id_present: 'a client_id was sent',
  authorize_client_known: 'the client is known',
  client_known: 'the client is known',
  redirect_uri_registered: 'redirect_uri is a registered one',
  parameter_once: 'no parameter came twice',
  authorize_parameter_once: 'no parameter came twice',
  challenge_present: 'a code_challenge was sent, or none is demanded',
  no_method_without_challenge: 'no method without a challenge',
  method_known: 'the method is S256 or plain',
  method_is_s256: 'the method is S256, as the application demands',
  challenge_length: 'the challenge has the right length',
  challenge_characters: 'the challenge has characters of its alphabet only',
  code_present: 'a code was sent',
  code_known: 'this server issued the code',
  code_unused: 'the code was not used before',
  code_fresh: 'the code has not expired',
  code_client: 'the code belongs to this client',
  redirect_uri_repeated: 'redirect_uri is that of the authorization request',
  verifier_present: 'a code_verifier was sent',
  verifier_length: 'the verifier has 43 to 128 characters',
  verifier_characters: 'the verifier has allowed characters only',
  verifier_matches_challenge: 'the transformed verifier equals the recorded challenge',
  no_verifier_without_challenge: 'no verifier for a code without a challenge',
};

/** What a step shows at once; the rest of its checks is there for who asks. */
export const isTelling = (rule) => /^(client_known|authorize_client_known|redirect_uri|challenge|method|no_|code_|verifier)/.test(rule);

/** What a rule demands, in words; a rule that has none here says it by its name. */
export const ruleInWords = (rule) => rules[rule] ?? rule.replaceAll('_', ' ');

/** How a state is drawn: its mark, its word, its colour. */
export const states = {
  waiting: ['…', 'Waiting for sign-on', 'wait'],
  code_issued: ['…', 'Code issued, not redeemed yet', 'wait'],
  succeeded: ['✓', 'Tokens issued', 'good'],
  failed: ['✗', 'Refused', 'bad'],
  expired: ['○', 'Expired', 'mute'],
};

/** Which way a step went: by the browser, where others may look, or directly. */
export const channels = {
  authorize: 'front channel: the browser carries it',
  redirect: 'front channel: the browser carries it',
  code: 'front channel: the code goes back through the browser',
  token: 'back channel: straight to the server',
};

const seconds = 'in seconds since 1970';
export const claims = {
  iss: 'Issuer: who made the token. It must equal the issuer that you configured.',
  sub: 'Subject: the id of the user (or of the client, where no user is there). It never changes; use it as the key.',
  aud: 'Audience: whom the token is for. An API must refuse tokens that are for others.',
  exp: `Expires: not good from this moment on, ${seconds}.`,
  iat: `Issued at, ${seconds}.`,
  nbf: `Not before: not good earlier, ${seconds}.`,
  auth_time: `When the person really signed on, ${seconds}.`,
  nonce: 'The value that the application sent along: it binds the ID token to that request.',
  acr: 'Which sign-on policy was met.',
  amr: 'How the person proved who it is: pwd is a password.',
  azp: 'The client that the token was issued to.',
  client_id: 'The client that the token was issued to.',
  scope: 'What the token allows.',
  at_hash: 'Half of the hash of the access token: it binds the two together.',
  c_hash: 'Half of the hash of the code: it binds the two together.',
  s_hash: 'Half of the hash of state.',
  sid: 'The session that the token belongs to.',
  jti: 'The id of this token.',
  org: 'PingOne: the organization.',
  env: 'PingOne: the environment.',
  'p1.rid': 'PingOne: the request that issued it, to find it in the audit.',
  'pi.sri': 'PingOne: reference of the session.',
  'p1.region': 'PingOne: the region of the environment.',
  updated_at: 'When the user was changed last.',
  preferred_username: 'The user name, for showing.',
  name: 'The full name, for showing.',
  given_name: 'The given name.',
  family_name: 'The family name.',
  email: 'The e-mail address. It may change: never use it as the key.',
  alg: 'The algorithm of the signature. A verifier must fix it, not read it from here.',
  kid: 'Which key of the JWKS signed it.',
  typ: 'What kind of token it is.',
  jku: 'Where the keys are said to be. Never fetch keys from an address that the token itself names.',
  x5t: 'Fingerprint of the certificate.',
};
export const timeClaims = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);
