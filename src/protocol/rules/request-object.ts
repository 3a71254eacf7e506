import { fixes, invalidRequest, invalidRequestObject, type Rule, requestFailed } from './row.js';

const sameClient = 'Send the client_id that requested it.';
export const requestObjectRules = {
  request_one_way: {
    spec: 'RFC 9101 §5',
    ...invalidRequest('request_uri', 'request and request_uri must not both be sent'),
    title: 'request and request_uri were both sent',
    fix: 'Send only one of them (RFC 9101 §5).',
  },
  request_object_required: {
    spec: 'RFC 9101 §10.5',
    ...invalidRequest('request', 'request is required'),
    title: 'The application must send a request object',
    fix: 'Send request, or set requireSignedRequestObject of the application to false.',
  },
  request_object_readable: {
    spec: 'RFC 9101 §6',
    ...invalidRequestObject('The request object is not a JSON Web Token'),
    title: 'request is not a JWT',
    fix: fixes.jwt,
  },
  request_object_algorithm: {
    spec: 'RFC 9101 §10.2',
    ...invalidRequestObject(({ got }) => `Unsupported request object algorithm: ${got}`),
    title: ({ got }) => `The request object is signed with ${got}`,
    fix: 'Sign with HS256 and the secret of the application.',
  },
  request_object_signed: {
    spec: 'RFC 9101 §10.2',
    ...invalidRequestObject('The request object must be signed'),
    title: 'The request object is not signed',
    fix: 'Sign it, or set supportUnsignedRequestObject of the application.',
  },
  request_object_signature: {
    spec: 'RFC 7515 §5.2',
    ...invalidRequestObject('The signature of the request object is invalid'),
    title: 'The signature of the request object is wrong',
    fix: fixes.signingKey,
  },
  request_object_issuer: {
    spec: 'RFC 9101 §4',
    ...invalidRequestObject('The request object was issued by another client'),
    title: 'iss of the request object is not the client',
    fix: 'Set it to the id of the application.',
  },
  request_object_audience: {
    spec: 'RFC 9101 §4',
    ...invalidRequestObject('The request object is for another audience'),
    title: 'aud of the request object names another server',
    fix: 'Set it to the issuer of this environment.',
  },
  request_object_client: {
    spec: 'RFC 9101 §5',
    ...invalidRequestObject('The client_id of the request object is another one'),
    title: 'client_id in the request object differs from the one sent beside it',
    fix: 'Send the same client_id in both places.',
  },
  request_object_fresh: {
    spec: 'RFC 7519 §4.1.4',
    ...invalidRequestObject('The request object has expired or is not yet valid'),
    title: 'The request object has expired, or is not valid yet',
    fix: `Make a new one for each request. ${fixes.clocks}`,
  },
  request_object_flat: {
    spec: 'RFC 9101 §4',
    ...invalidRequestObject(({ got }) => `The request object must not contain ${got}`),
    title: ({ got }) => `The request object contains ${got}`,
    fix: 'Leave it out (RFC 9101 §4).',
  },
  request_object_parameters: {
    spec: 'RFC 9101 §4',
    ...invalidRequestObject(({ got }) => `The ${got} of the request object is not a text`),
    title: ({ got }) => `${got} in the request object is not a string`,
    fix: 'Write parameters as strings, as they would appear in the URL.',
  },
  request_uri_not_pushed: {
    spec: 'RFC 9126 §2.1',
    ...invalidRequest('request_uri', 'request_uri must not be pushed'),
    title: 'A pushed request has a request_uri',
    fix: 'Push the parameters themselves (RFC 9126 §2.1).',
  },
  pushed_request_required: {
    spec: 'RFC 9126 §6',
    ...invalidRequest('request_uri', 'The application must push its authorization requests'),
    title: 'The application must push its authorization requests',
    fix: 'Send the parameters to /as/par first, or change parRequirement of the application.',
  },
  application_pushes: {
    spec: 'RFC 9126 §2',
    ...requestFailed('unauthorized_client', 'The application may not push authorization requests'),
    title: 'The application may not push authorization requests',
    fix: 'Change the application’s parRequirement.',
  },
  request_uri_known: {
    spec: 'RFC 9126 §4',
    error: 'invalid_request_uri',
    prefix: 'validation',
    detail: 'The request_uri is unknown, expired or used already',
    evidence: 'inferred',
    title: 'The request_uri is unknown, expired or used already',
    why: 'A pushed request works once, and for a short time.',
    fix: 'Push the request again before each redirect.',
  },
  request_uri_client: {
    spec: 'RFC 9126 §4',
    error: 'invalid_request_uri',
    prefix: 'validation',
    detail: 'The request_uri was issued to another client',
    evidence: 'inferred',
    title: 'The request_uri was pushed by another client',
    fix: sameClient,
  },
} as const satisfies Record<string, Rule>;
