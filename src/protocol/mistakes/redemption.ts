import type { Diagnosis } from './diagnosis.js';
import { span } from './times.js';

/** Where a code that is unknown here was issued. */
export interface CodeElsewhere {
  readonly environment: { readonly id: string; readonly name: string };
}

/** The code was used before. */
export const diagnoseUsedCode = (stateReused: boolean): Diagnosis => ({
  code: 'code_used',
  title: 'The code has been used already',
  why: `A code works once (RFC 6749 §4.1.2), and its first use, right or wrong, spent it.${stateReused ? ' Another sign-on of this application had the same state, so an old callback may have been taken for the new one.' : ''} Usual causes: the callback page is loaded twice, a component is rendered twice, or a request is repeated after a timeout.`,
  fix: 'Redeem the code once, and remove it from the URL afterwards (history.replaceState). The tokens of the first use are revoked.',
  confidence: 'exact',
});

/** The code was redeemed too late. */
export const diagnoseExpiredCode = (expiredAt: number, now: number, lifetimeSeconds: number): Diagnosis => ({
  code: 'code_expired',
  title: `The code expired ${span((now - expiredAt) / 1000)} ago`,
  why: `A code lives ${span(lifetimeSeconds)}. It was valid until ${new Date(expiredAt).toISOString()}.`,
  fix: 'Redeem the code at once. A breakpoint between the two steps, or a test that moved the clock, makes it expire too.',
  confidence: 'exact',
});

/** The code was issued to another client. */
export const diagnoseCodeOfOtherClient = (issuedTo: string, broughtBy: string, origins: readonly string[]): Diagnosis => ({
  code: 'code_of_other_client',
  title: `The code was issued to ${issuedTo}, but ${broughtBy} presented it`,
  why: `A code is bound to the client that requested it (RFC 6749 §4.1.3).${
    origins.length > 1 ? ` The requests used several origins: ${origins.join(', ')}.` : ''
  }`,
  fix: 'Send the same client_id to /as/authorize and /as/token; front end and back end must be configured alike.',
  confidence: 'exact',
});

interface UnknownCode {
  readonly code: string;
  readonly elsewhere?: CodeElsewhere | undefined;
  /** It is a known code once it is decoded or trimmed. */
  readonly altered?: boolean | undefined;
}

/** The code is unknown. */
export function diagnoseUnknownCode({ code, elsewhere, altered }: UnknownCode): Diagnosis {
  if (elsewhere)
    return {
      code: 'code_of_other_environment',
      title: `The code was issued in another environment: ${elsewhere.environment.name}`,
      why: `It was issued in ${elsewhere.environment.id}, and the token request went to another environment’s token endpoint.`,
      fix: 'Use the endpoints of one issuer: read them from its discovery document.',
      confidence: 'exact',
    };
  if (altered)
    return {
      code: 'code_altered',
      title: 'The code was changed on the way',
      why: `${JSON.stringify(code)} was sent; without white space and percent-encoding it is a code of this server.`,
      fix: 'Read the code with a URL parser, and encode the form once.',
      confidence: 'exact',
    };
  return {
    code: 'code_unknown',
    title: 'This server never issued the code, or has forgotten it',
    why: `This server has no record of the code ${JSON.stringify(code)}. A restart or a reset forgets all codes.`,
    fix: 'Use the callback’s code parameter unchanged. After a restart of the mock, start the sign-on again.',
    confidence: 'possible',
  };
}

/** A refresh token that another environment issued. */
export const diagnoseRefreshTokenElsewhere = (environment: { readonly id: string; readonly name: string }): Diagnosis => ({
  code: 'refresh_token_of_other_environment',
  title: `The refresh token was issued in another environment: ${environment.name}`,
  why: `It was issued in ${environment.id}, and the request went to another environment’s token endpoint.`,
  fix: 'Keep tokens apart by their issuer, and use the endpoints of one issuer.',
  confidence: 'exact',
});

const endings = {
  limit: {
    code: 'session_limit',
    title: 'The session of the refresh token was dropped: its user has more than ten sessions',
    why: 'PingOne keeps ten sessions per user; one more drops the oldest, and ends its refresh tokens. Every sign-on without the cookie of an earlier one starts a session, so tests that share a user reach this limit.',
    fix: 'Give each test its own user (users.create, createEnvironment), or sign on again with the same browser’s cookies.',
  },
  sign_off: {
    code: 'session_ended',
    title: 'The user has signed off, and the session of the refresh token ended',
    why: 'PingOne ends refresh tokens with their session.',
    fix: 'Have the user sign on again, and discard the tokens when a user signs off.',
  },
  other_user: {
    code: 'session_ended',
    title: 'Another user has signed on in the same browser, and the session of the refresh token ended',
    why: 'A browser has one session, that of the user who signed on last. PingOne ends refresh tokens with their session.',
    fix: 'Have the user sign on again; a test with two users needs two browsers (two cookie jars).',
  },
  management: {
    code: 'session_ended',
    title: 'The session of the refresh token was removed through the management API',
    why: 'The session, or its user, was deleted there. PingOne ends refresh tokens with their session.',
    fix: 'Have the user sign on again.',
  },
} as const;

/** A refresh token whose session ended for a known reason. */
export const diagnoseEndedSession = (ended: keyof typeof endings): Diagnosis => ({ ...endings[ended], confidence: 'exact' });

/** By its cookies, the browser that resumes is not the one that signed on. */
export function diagnoseSessionCookie(origins: readonly string[], got: string): Diagnosis {
  if (origins.length > 1)
    return {
      code: 'origins_mixed',
      title: 'The sign-on began under one name of the server and continued under another',
      why: `The requests used ${origins.join(' and ')}. Cookies belong to one host name: those set under the first are not sent to the second. localhost and 127.0.0.1 are different names.`,
      fix: 'Use one name everywhere: in the application’s issuer, in the browser, in the tests. PINGONE_MOCK_BASE_URL sets the name that the mock uses for itself.',
      confidence: 'exact',
    };
  return {
    code: 'session_cookie',
    title: 'The resume request lacks the session cookie of the browser that signed on',
    why: `Received: ${got}. PingOne gives the code only to the browser that signed on, which the cookie ST identifies. In a frame of another site, or over http where https is expected, the browser withholds it.`,
    fix: 'Follow resumeUrl in the browser that signed on. A client without cookies uses response_mode=pi.flow.',
    confidence: 'exact',
  };
}
