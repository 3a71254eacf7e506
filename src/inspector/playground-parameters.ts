import { knownGrantTypes } from '../environment/model/application.js';
import type { Schema } from '../lib/schema/compile.js';
import { isSecret } from '../lib/schema/secrets.js';
import { authorizationParameters } from '../oauth/authorize/read.js';
import { discoveryDocument } from '../oauth/discovery-document.js';
import { tokenRequest } from '../oauth/token/grant.js';
import type { parameterNames } from '../protocol/authorization-parameters.js';
import { knownPrompts, responseModes } from '../protocol/authorization-request.js';
import { madeMistakes } from '../protocol/mistakes/index.js';

/** A parameter as the playground shows it. */
export interface ShownParameter {
  readonly name: string;
  readonly meaning: string;
  /** Values to choose from; others may be typed. */
  readonly values?: readonly string[];
  /** Its value belongs to one sign-on or one client: it is left out of the page's address. */
  readonly secret: boolean;
}

interface Meaning {
  readonly meaning: string;
  readonly values?: readonly string[];
}

type AuthorizationParameter = (typeof parameterNames)[keyof typeof parameterNames] | 'id_token_hint';

const discovered = discoveryDocument('');

/** What each parameter of an authorization request means. The type demands a row for each that the server reads. */
const authorizationMeanings: Readonly<Record<AuthorizationParameter, Meaning>> = {
  client_id: { meaning: 'The id of the application that sends the request.' },
  response_type: {
    meaning: 'What comes back: code returns a code, which the application redeems; token and id_token return tokens through the browser.',
    values: discovered.response_types_supported,
  },
  redirect_uri: { meaning: 'Where the browser takes the answer. It must match a registered one, character for character.' },
  scope: { meaning: 'What the tokens may do, separated by spaces. openid asks for an ID token; scopes that are not granted are left out.' },
  state: { meaning: 'Comes back as it was sent. The application compares the two, so that another answer cannot be slipped in.' },
  nonce: { meaning: 'Becomes a claim of the ID token, which ties the token to this request.' },
  prompt: {
    meaning: 'login shows the sign-on page even to a user with a session; none never shows it; consent asks again for agreement.',
    values: knownPrompts,
  },
  max_age: { meaning: 'How many seconds ago the user may have signed on. With an older session, the user signs on again.' },
  acr_values: { meaning: 'Names of sign-on policies that are assigned to the application, in the order in which they are tried.' },
  login_hint: { meaning: 'The user name that the sign-on page fills in.' },
  response_mode: {
    meaning: 'How the answer travels: in the query, in the fragment, in a form that is posted, or (pi.flow) as JSON without a redirect.',
    values: responseModes,
  },
  resource: { meaning: 'The audience of the access token, where the scopes of several resources have the same name (RFC 8707).' },
  code_challenge: { meaning: 'The SHA-256 of the verifier in base64url. The code is worth nothing without that verifier.' },
  code_challenge_method: {
    meaning: 'How the challenge was made. Without it, the server takes plain.',
    values: discovered.code_challenge_methods_supported,
  },
  request: { meaning: 'A request object: the parameters as claims of a JWT that the application signed (RFC 9101).' },
  request_uri: { meaning: 'Names a request that was pushed before (RFC 9126). It works once.' },
  login_hint_token: { meaning: 'A JWT that the application signed. Only the user it names may sign on.' },
  id_token_hint: { meaning: 'An earlier ID token. Some clients send it; this server does not read it here.' },
};

/** Parameters of the standards that PingOne does not read, for those who wonder why they have no effect. */
const ignored: readonly ShownParameter[] = [
  {
    name: 'claims',
    meaning: 'Requests individual claims. PingOne ignores it: discovery says claims_parameter_supported is false.',
    secret: false,
  },
  {
    name: 'ui_locales',
    meaning: 'The languages that the user reads. PingOne ignores it, and uses the user’s preferredLanguage and the browser’s own setting.',
    secret: false,
  },
  { name: 'audience', meaning: 'Another server’s name for resource. PingOne ignores it.', secret: false },
];

type TokenParameter = keyof (typeof tokenRequest)['properties'];

/** What each parameter of a token request means. */
const tokenMeanings: Readonly<Record<TokenParameter, Meaning>> = {
  grant_type: { meaning: 'What the client exchanges for tokens.', values: knownGrantTypes },
  client_id: { meaning: 'The application, if it sends no secret in the header.' },
  client_secret: { meaning: 'The secret of the application, with client_secret_post.' },
  client_assertion: { meaning: 'A JWT that proves the client, with client_secret_jwt and private_key_jwt.' },
  client_assertion_type: {
    meaning: 'The kind of that JWT.',
    values: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
  },
  code: { meaning: 'The code from the callback. It works once, for a short time.' },
  redirect_uri: { meaning: 'The same as in the authorization request, character for character. Nothing is redirected.' },
  code_verifier: { meaning: 'The secret behind the challenge: 43 to 128 characters.' },
  refresh_token: { meaning: 'The refresh token from an earlier answer.' },
  scope: { meaning: 'Fewer scopes than were granted.' },
  device_code: { meaning: 'From the device authorization endpoint.' },
  auth_req_id: { meaning: 'From the backchannel authentication endpoint (CIBA).' },
  subject_token: { meaning: 'The token that is exchanged (RFC 8693).' },
  subject_token_type: { meaning: 'The kind of the token that is exchanged.' },
  actor_token: { meaning: 'The token of the party that acts for the subject.' },
  actor_token_type: { meaning: 'The kind of the actor’s token.' },
  requested_token_type: { meaning: 'The kind of token that the exchange returns.' },
};

const shown = (
  schema: { readonly properties: Readonly<Record<string, unknown>> },
  meanings: Readonly<Record<string, Meaning>>,
): ShownParameter[] =>
  Object.entries(meanings).map(([name, meaning]) => ({ name, ...meaning, secret: isSecret(schema.properties[name] as Schema) }));

/** What the playground offers, from the server's own tables: parameters with their meaning, and the mistakes that it makes. */
export const playgroundTables = {
  authorize: shown(authorizationParameters, authorizationMeanings),
  ignored,
  token: shown(tokenRequest, tokenMeanings),
  mistakes: madeMistakes.map(({ code, label }) => ({ code, label })),
};
