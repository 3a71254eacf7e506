/**
 * What the records and entries of a sign-on contain again and again. The abbreviation follows from the place in the list, so
 * a change, also at the end, needs another `format` in `inspect.ts`.
 */
export const phrases: readonly string[] = [
  // Answers have these headers, users these members.
  '"headers":{"x-content-type-options":"nosniff","x-frame-options":"DENY","x-xss-protection":"1; mode=block","strict-transport-security":"max-age=31536000; includeSubDomains","cache-control":"no-cache, no-store, max-age=0, must-revalidate","pragma":"no-cache","expires":"0","vary":"Origin","correlation-id":',
  '"enabled":true,"account":{"canAuthenticate":true,"status":"OK"},"identityProvider":{"type":"PING_ONE"},"lifecycle":{"status":"ACCOUNT_OK"},"mfaEnabled":false,"verifyStatus":"NOT_INITIATED","createdAt":',
  '"prompts":[],"acrValues":[],"codeChallenge":{"value":',
  '"responseTypes":["code"],"responseMode":"query","redirectUri":',
  '"isOwn":false,"environmentId":',
  '"remoteIp":"127.0.0.1"',
  '"content-type":"application/json"',
  '"content-type":"application/hal+json;charset=UTF-8"',
  '"content-type":"application/x-www-form-urlencoded"',
  '"connection":"keep-alive"',
  '"scopes":["openid","profile","email"]',
  '"method":"S256"',
  '"acr":"Single_Factor","amr":["pwd"]',
  '"ok":true,"expected":',
  '"ok":true,"title":',
  '"ok":true,"got":',
  '"source":{"ipAddress":',
  '; Max-Age=2592000; Expires=',
  '; HttpOnly; SameSite=Lax","ST-NO-SS=',
  // Bodies, which are texts in the JSON of an entry, are indented.
  '\\" : {\\n      \\"href\\" : \\"',
  '\\"\\n    },\\n    \\"',
  '\\" : \\"',
];

/** Names of members. */
export const memberNames: readonly string[] = (
  'transactionId authenticatedAt id expiresAt userId clientId createdAt familyId sessionId status authentication lastSignOn issuedAt amr ' +
  'codeChallenge environment acr nonce population redirectUri baseUrl formatted updatedAt at username idleTimeoutInMinutes type enabled ' +
  'account activeAt remoteIp family withAuthenticator environmentId applicationId scopes given email value method authenticators token name ' +
  'actionId request locations state policy ended passed lastChangedAt responseTypes responseMode prompts acrValues mfaEnabled verifyStatus ' +
  'canAuthenticate identityProvider lifecycle rotated reusableUntil audience externalId userAgent ' +
  'ok expected rule got title kind checks headers tookMilliseconds populationId exchange correlationId path transactions description ' +
  'exchanges requests ipAddress activities pkceEnforcement resource origin answer members route isOwn source application data steps turn ' +
  'host user body expiresInSeconds baseUrls url client pkce.challenge pkce.verifier pkce.computed pkce.method pkce.match using refreshToken ' +
  'location added startedAt challenge families scope code connection'
).split(' ');
