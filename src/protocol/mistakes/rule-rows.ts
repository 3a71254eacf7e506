import type { Check } from '../check.js';

export type Text = string | ((check: Check) => string);

export interface Row {
  readonly title: Text;
  readonly fix: Text;
  /** What stands before what was expected and what came. */
  readonly why?: Text;
}

const got = ({ got: value = 'nothing' }: Check): string => JSON.stringify(value.slice(0, 80));

/** Refusals of the token endpoint and of authorization requests that their own check explains. Their code is the rule's name. */
export const tokenRules: Readonly<Record<string, Row>> = {
  content_type_form: {
    title: 'The token request is not a form',
    why: 'OAuth sends forms, also where the answer is JSON (RFC 6749 §3.2).',
    fix: 'Send application/x-www-form-urlencoded: pass a URLSearchParams as the body.',
  },
  body_readable: { title: 'The body could not be read', fix: 'Send a form, once encoded.' },
  body_size: { title: 'The body is too large', fix: 'Send the parameters of the request only.' },
  parameter_once: { title: (check) => `The parameter ${check.got} came more than once`, fix: 'Set a parameter, do not append it.' },
  authorize_parameter_once: {
    title: (check) => `The parameter ${check.got} came more than once`,
    fix: 'Set a parameter, do not append it.',
  },
  grant_type_present: { title: 'grant_type is missing', fix: 'Send grant_type=authorization_code, refresh_token or client_credentials.' },
  grant_type_known: {
    title: (check) => `There is no grant_type ${got(check)}`,
    fix: 'Look at grant_types_supported of the discovery document.',
  },
  grant_type_allowed: {
    title: (check) => `The application may not use the grant ${got(check)}`,
    fix: (check) => `Add ${String(check.got).toUpperCase().split(':').at(-1)} to grantTypes of the application.`,
  },
  code_present: { title: 'code is missing', fix: 'Take code from the query of the callback; look for error beside it first.' },
  user_usable: { title: 'The user is disabled, or no longer there', fix: 'Enable the user; in tests a reset may have removed it.' },
  refresh_token_present: { title: 'refresh_token is missing', fix: 'Keep the refresh token of the token response.' },
  refresh_token_known: {
    title: 'The refresh token is unknown, expired or revoked',
    why: 'It was not issued here, is older than its lifetime, was revoked (by POST /as/revoke, or because a code or a refresh token of its family was used twice), or was forgotten by a restart or a reset of the mock.',
    fix: 'Let the user sign on again, and always keep the newest refresh token.',
  },
  refresh_token_unused: {
    title: 'The refresh token has been used already',
    why: 'Each refresh gives a new refresh token and ends the old one; the second use revoked the whole family (RFC 9700 §4.14.2).',
    fix: 'Keep the refresh token of each answer, and refresh once at a time: two tabs or two requests must wait for each other.',
  },
  refresh_token_client: { title: 'The refresh token belongs to another client', fix: 'Send the client_id that got the token.' },
  refresh_token_session: {
    title: 'The session of the refresh token has ended',
    why: 'PingOne ends refresh tokens with the session: by sign-off, when its user has ten newer ones, or after 30 days.',
    fix: 'Let the user sign on again.',
  },
  scope_granted: {
    title: 'None of the scopes is granted to the application',
    fix: 'Grant the scope to the application (its resource grants), and look how it is spelt.',
  },
  scope_one_resource: {
    title: 'The scopes belong to several resources',
    why: 'A token is for one resource.',
    fix: 'Ask for the scopes of one resource at a time, or set requestScopesForMultipleResourcesEnabled.',
  },
  application_has_roles: {
    title: 'The worker application has no role',
    fix: 'Assign a role to it: the power of a worker’s token comes from its roles.',
  },
  authorize_client_enabled: { title: 'The application is disabled', fix: 'Set enabled of the application.' },
  client_enabled: { title: 'The application is disabled', fix: 'Set enabled of the application.' },
  client_credentials_form: {
    title: 'The Authorization header cannot be read',
    fix: 'Send Basic and base64 of client_id:client_secret.',
  },
  redirect_uri_present: { title: 'redirect_uri is missing', fix: 'Send one of the registered redirect URIs.' },
  response_type_present: { title: 'response_type is missing', fix: 'Send response_type=code.' },
  response_type_known: { title: (check) => `There is no response_type ${got(check)}`, fix: 'Send response_type=code.' },
  response_type_allowed: {
    title: (check) => `The application may not use response_type ${got(check)}`,
    fix: 'Send response_type=code, or set responseTypes and grantTypes of the application.',
  },
  response_mode_known: { title: (check) => `There is no response_mode ${got(check)}`, fix: 'Leave response_mode out.' },
  response_mode_fits: { title: 'Tokens are never returned in the query', fix: 'Leave response_mode out, or send fragment or form_post.' },
  prompt_known: { title: (check) => `There is no prompt ${got(check)}`, fix: 'Send none, login or consent, or leave it out.' },
  prompt_none_alone: { title: 'prompt=none stands beside another prompt', fix: 'Send none alone.' },
  max_age_number: { title: 'max_age is not a number', fix: 'Send seconds, as max_age=3600.' },
  signed_on: {
    title: 'Nobody is signed on in this browser, and prompt=none forbids to ask',
    why: 'That is the answer by which an application learns that it must show a sign-on. In a frame of another site the cookie may be held back.',
    fix: 'Send the user through a sign-on without prompt=none.',
  },
  user_not_refused: { title: 'The user cancelled the sign-on', fix: 'Show the user that nothing was done, and offer another try.' },
};
