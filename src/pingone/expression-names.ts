/** What attribute mappings may refer to besides the user, as documented (docs/fidelity.md, 6.6). */

/** The members of `#root`. */
export const rootNames: readonly string[] = ['user', 'context'];

/** The members of `#root.context`, and theirs. What a token holds is not on any list. */
export const contextNames: Readonly<Record<string, readonly string[]>> = {
  requestData: [
    'grantType',
    'scope',
    'requestedTokenType',
    'clientAssertion',
    'clientAssertionHeader',
    'subjectToken',
    'subjectTokenHeader',
    'subjectTokenType',
    'actorToken',
    'actorTokenHeader',
    'actorTokenType',
    // Of SAML requests, which the mock does not serve.
    'virtualServerId',
  ],
  appConfig: ['clientId', 'tokenEndpointAuthMethod', 'envId'],
};

/** Members of `#root.context.requestData` and of `appConfig` that are not objects. */
export const textNames: readonly string[] = [
  'grantType',
  'scope',
  'requestedTokenType',
  'subjectTokenType',
  'actorTokenType',
  'virtualServerId',
  ...(contextNames.appConfig ?? []),
];
