import type { ObservedRule } from './row.js';

const anotherToken = 'Get a new access token from this environment’s token endpoint.';

/** Rules whose failure the client does not get as an OAuth error: PingOne answers in a format of its own. */
export const observedRules = {
  token_readable: { spec: 'RFC 7519 §7.2', title: 'The access token is not a JWT', fix: 'Send the access_token of the token response.' },
  token_key: { spec: 'RFC 7515 §4.1.4', title: 'The access token was signed by an unknown key', fix: anotherToken },
  token_signature: { spec: 'RFC 7515 §5.2', title: 'The signature of the access token is wrong', fix: anotherToken },
  token_environment: { spec: 'RFC 7519 §4.1.1', title: 'The access token is from another environment', fix: anotherToken },
  token_fresh: { spec: 'RFC 7519 §4.1.4', title: 'The access token has expired', fix: anotherToken },
  token_is_access_token: {
    spec: 'RFC 9068 §2.2',
    title: 'The token is not an access token',
    fix: 'Send access_token, not id_token or refresh_token.',
  },
  token_application_enabled: {
    spec: 'RFC 7662 §4',
    title: 'The application of the access token is disabled or gone',
    fix: 'Enable the application.',
  },
  token_not_revoked: { spec: 'RFC 7009 §2.2', title: 'The access token was revoked', fix: anotherToken },

  environment_known: {
    spec: 'PingOne',
    title: 'There is no such environment on this server',
    fix: 'Use the issuer of an environment of this server.',
  },
  path_known: { spec: 'PingOne', title: 'There is no such path', fix: 'Take the endpoints from the discovery document.' },
  method_allowed: { spec: 'PingOne', title: 'The path does not accept this method', fix: 'Use a method that the header Allow lists.' },
  origin_allowed: {
    spec: 'Fetch §3.2',
    title: ({ got }) => `Pages of ${got} may not read this answer`,
    why: ({ expected }) =>
      `The answer has no CORS headers, so the browser withholds it. Pages of this machine may read it, of the origins of the redirect URIs and in corsSettings of ${expected}, and of PINGONE_MOCK_ALLOWED_ORIGINS; none if corsSettings say ALLOW_NO_ORIGINS.`,
    fix: ({ got, expected }) =>
      `Add ${got} to corsSettings.origins of ${expected} (ALLOW_SPECIFIC_ORIGINS), as PingOne demands, or start with PINGONE_MOCK_ALLOWED_ORIGINS=${got}.`,
  },
  management_origin_allowed: {
    spec: 'Fetch §3.2',
    title: ({ got }) => `Pages of ${got} may not use the management API`,
    why: 'The answer has no CORS headers, so the browser withholds it. Pages on this machine may read it, and those in PINGONE_MOCK_ALLOWED_ORIGINS.',
    fix: ({ got }) => `Start with PINGONE_MOCK_ALLOWED_ORIGINS=${got}.`,
  },
  session_cookie: {
    spec: 'PingOne sessions',
    title: 'The resume request lacks the session cookie of the browser that signed on',
    fix: 'Follow resumeUrl in the browser that signed on.',
  },
  password_right: {
    title: ({ got }) => `The sign-on was refused: ${got ?? 'the user name or the password is wrong'}`,
    why: 'PingOne does not say which of the two is wrong. The flow continues, so the user can try again.',
    fix: 'The users’ passwords are in the seed in clear text. PUT …/users/{id}/password sets a new one.',
  },

  // What was refused in PingOne's own format, by its code in lower case.
  invalid_data: { title: 'The request contains an invalid value', fix: 'Check what was received, and correct it.' },
  invalid_request: { title: 'The request is malformed', fix: 'Check what was received, and correct it.' },
  request_failed: { title: 'The request could not be processed', fix: 'Check what was received, and correct it.' },
  access_failed: { title: 'The request lacks a permission', fix: 'Send a token or a session that has it.' },
  not_found: { title: 'What the request names does not exist', fix: 'Check the ids in the path; a restart or a reset forgets flows.' },
  request_limited: { title: 'Too many requests were made', fix: 'Wait, then try again.' },
  unexpected_error: { title: 'The server failed', fix: 'See the log: this is a bug in pingone-mock unless a test asked for it.' },
} as const satisfies Record<string, ObservedRule>;
