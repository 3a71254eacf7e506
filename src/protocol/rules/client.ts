import { fixes, invalidClient, type Rule } from './row.js';

export const clientRules = {
  client_credentials_form: {
    spec: 'RFC 6749 §2.3',
    ...invalidClient('Invalid client credentials'),
    title: 'The Authorization header cannot be read',
    fix: 'Send Basic followed by the base64 of client_id:client_secret.',
  },
  client_known: {
    spec: 'RFC 6749 §2.3',
    ...invalidClient('Unsupported authentication method', 'recorded'),
    title: 'There is no such application',
    fix: 'Send the id of an application of this environment.',
  },
  client_authentication_method: {
    spec: 'RFC 6749 §2.3',
    ...invalidClient('Unsupported authentication method', 'recorded'),
    title: 'The client did not use the application’s authentication method',
    fix: 'Use the application’s tokenEndpointAuthMethod, and only that.',
  },
  client_credentials: {
    spec: 'RFC 6749 §2.3',
    ...invalidClient('Invalid client credentials', 'recorded'),
    title: 'The secret is not the application’s',
    fix: 'Copy the secret again, and check that it belongs to this client_id.',
  },
  client_enabled: {
    spec: 'RFC 6749 §2.3',
    ...invalidClient('Application is disabled'),
    title: 'The application is disabled',
    fix: 'Enable the application.',
  },
  client_confidential: {
    spec: 'RFC 6749 §4.4',
    ...invalidClient('Unsupported authentication method'),
    title: 'The application has no secret, but this request needs one',
    fix: 'Use an application with a tokenEndpointAuthMethod other than NONE.',
  },
  client_assertion_readable: {
    spec: 'RFC 7519 §7.2',
    ...invalidClient('Invalid client credentials'),
    title: 'client_assertion is not a JWT',
    fix: fixes.jwt,
  },
  client_assertion_type: {
    spec: 'RFC 7523 §2.2',
    ...invalidClient('Unsupported authentication method'),
    title: 'client_assertion_type is missing or wrong',
    fix: 'Send urn:ietf:params:oauth:client-assertion-type:jwt-bearer.',
  },
  client_assertion_algorithm: {
    spec: 'RFC 8725 §3.1',
    ...invalidClient('Invalid client credentials'),
    title: ({ got }) => `The assertion is signed with ${got}`,
    fix: 'Sign with HS256 and the secret, or with RS256 and a private key, depending on the application.',
  },
  client_assertion_client: {
    spec: 'RFC 7523 §3',
    ...invalidClient('Invalid client credentials'),
    title: 'iss and sub of the assertion are not the client_id',
    fix: 'Set both to the id of the application.',
  },
  client_assertion_audience: {
    spec: 'RFC 7523 §3',
    ...invalidClient('Invalid client credentials'),
    title: 'aud of the assertion names another server',
    fix: 'Set it to the issuer or the token endpoint, exactly as in the discovery document of this environment: host and environment must match. Other names of the server belong in PINGONE_MOCK_ALLOWED_HOSTS.',
  },
  client_assertion_expires: {
    spec: 'RFC 7523 §3',
    ...invalidClient('Invalid client credentials'),
    title: 'The assertion has no exp',
    fix: 'Set exp a few minutes ahead, in seconds since the epoch.',
  },
  client_assertion_fresh: {
    spec: 'RFC 7523 §3',
    ...invalidClient('Invalid client credentials'),
    title: 'The assertion has expired',
    why: 'Either it was kept too long, or the clocks of client and server differ.',
    fix: `Make a new one for each request. ${fixes.clocks}`,
  },
  client_assertion_horizon: {
    spec: 'PingOne client authentication',
    ...invalidClient('Invalid client credentials'),
    title: 'exp of the assertion is too far ahead',
    why: 'PingOne accepts at most one hour. Milliseconds instead of seconds exceed that by far.',
    fix: fixes.clocks,
  },
  client_assertion_not_before: {
    spec: 'RFC 7523 §3',
    ...invalidClient('Invalid client credentials'),
    title: 'The assertion is not valid yet',
    why: 'The clock of the client is ahead of the server’s.',
    fix: fixes.clocks,
  },
  client_assertion_signature: {
    spec: 'RFC 7515 §5.2',
    ...invalidClient('Invalid client credentials'),
    title: 'The assertion is not signed by the application',
    fix: fixes.signingKey,
  },
} as const satisfies Record<string, Rule>;
