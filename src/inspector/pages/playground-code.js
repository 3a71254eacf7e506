/** The same request as a curl command, as a call of fetch, and with openid-client. Pure functions of a request. */

const shell = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
const js = (text) => (/^[ -&(-[\]-~]*$/.test(text) ? `'${text}'` : JSON.stringify(text));
const isName = (name) => /^[A-Za-z_$][\w$]*$/.test(name);

/** An object literal, one member a line. */
const members = (pairs, indent = '') =>
  pairs.length === 0
    ? '{}'
    : `{\n${pairs.map(([name, value]) => `${indent}  ${isName(name) ? name : js(name)}: ${js(value)},\n`).join('')}${indent}}`;

/** RFC 6749 §2.3.1: id and secret are encoded as in a form, then joined. */
const formEncoded = (text) => new URLSearchParams([['', text]]).toString().slice(1);
const basicPair = ({ id, secret }) => `${formEncoded(id)}:${formEncoded(secret)}`;

/** The value of the header `authorization`; undefined without one. */
export const authorizationOf = ({ basic, bearer }) =>
  basic ? `Basic ${btoa(basicPair(basic))}` : bearer === undefined ? undefined : `Bearer ${bearer}`;

/** curl does not know the mock's certificate authority. */
const insecure = ({ url }) => (url.startsWith('https:') ? '-k ' : '');

export function asCurl(request) {
  const { method, url, pairs, basic, bearer } = request;
  const lines = [`curl -i ${insecure(request)}${method === 'GET' && pairs.length > 0 ? '-G ' : ''}${shell(url)}`];
  if (method === 'POST' && pairs.length === 0) lines[0] = lines[0].replace('curl -i', 'curl -i -X POST');
  if (basic) lines.push(`-u ${shell(basicPair(basic))}`);
  if (bearer !== undefined) lines.push(`-H ${shell(`authorization: Bearer ${bearer}`)}`);
  for (const [name, value] of pairs) lines.push(`--data-urlencode ${shell(`${encodeURIComponent(name)}=${value}`)}`);
  return lines.join(' \\\n  ');
}

const certificate = ({ url }) =>
  url.startsWith('https:')
    ? '// The mock’s own certificate: run with NODE_EXTRA_CA_CERTS=pingone-mock-ca.pem (the setup page has it).\n'
    : '';

export function asFetch(request) {
  const { method, url, pairs } = request;
  const authorization = authorizationOf(request);
  const query = method === 'GET' && pairs.length > 0;
  const options = [
    method === 'POST' && `  method: 'POST',\n`,
    authorization !== undefined && `  headers: { authorization: ${js(authorization)} },\n`,
    method === 'POST' && `  body: new URLSearchParams(${members(pairs, '  ')}),\n`,
    request.browser && `  redirect: 'manual',\n`,
  ].filter(Boolean);
  const lines = [
    certificate(request),
    query && `const query = new URLSearchParams(${members(pairs)});\n`,
    `const response = await fetch(${query ? `\`${url}?\${query}\`` : js(url)}${options.length > 0 ? `, {\n${options.join('')}}` : ''});\n`,
    request.browser
      ? `console.log(response.status, response.headers.get('location'));\n`
      : 'console.log(response.status, await response.text());\n',
  ];
  return lines.filter(Boolean).join('');
}

const authentications = {
  none: () => 'client.None()',
  client_secret_basic: (secret) => `client.ClientSecretBasic(${js(secret)})`,
  client_secret_post: (secret) => `client.ClientSecretPost(${js(secret)})`,
  client_secret_jwt: (secret) => `client.ClientSecretJwt(${js(secret)})`,
  private_key_jwt: (_, { kid }) =>
    kid === undefined ? 'client.PrivateKeyJwt(privateKey)' : `client.PrivateKeyJwt({ key: privateKey, kid: ${js(kid)} })`,
};

const checksOf = ({ verifier, state, nonce }) =>
  members(
    [
      ['pkceCodeVerifier', verifier],
      ['expectedState', state],
      ['expectedNonce', nonce],
    ].filter(([, value]) => value),
  );

/** What openid-client calls for each kind of request; `call` has what it needs besides the parameters. */
const calls = {
  authorize: ({ pairs }) => `const url = client.buildAuthorizationUrl(config, ${members(pairs)});\nconsole.log(url.href);`,
  par: ({ pairs }) => `const url = await client.buildAuthorizationUrlWithPAR(config, ${members(pairs)});\nconsole.log(url.href);`,
  code: (call) =>
    `const callback = new URL(${js(call.callback)});\nconst tokens = await client.authorizationCodeGrant(config, callback, ${checksOf(call)});\nconsole.log(tokens);`,
  grant: ({ grant, pairs }) =>
    `const tokens = await client.genericGrantRequest(config, ${js(grant)}, ${members(pairs)});\nconsole.log(tokens);`,
  refresh: ({ token, pairs }) =>
    `const tokens = await client.refreshTokenGrant(config, ${js(token)}${pairs.length > 0 ? `, ${members(pairs)}` : ''});\nconsole.log(tokens);`,
  userinfo: ({ token }) =>
    `const claims = await client.fetchUserInfo(config, ${js(token)}, client.skipSubjectCheck);\nconsole.log(claims);`,
  introspect: ({ token }) => `const answer = await client.tokenIntrospection(config, ${js(token)});\nconsole.log(answer);`,
  revoke: ({ token }) => `await client.tokenRevocation(config, ${js(token)});\nconsole.log('revoked');`,
  signoff: ({ pairs }) => `const url = client.buildEndSessionUrl(config, ${members(pairs)});\nconsole.log(url.href);`,
};

/** The private key, as openid-client takes it. */
const importOf = ({ jwk, hash }) =>
  `const jwk = ${members(Object.entries(jwk).filter(([, value]) => value !== undefined))};\nconst algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: '${hash}' };\nconst privateKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']);\n`;

/** With openid-client 6. Plain http needs its consent. */
export async function asOpenIdClient(request) {
  const { issuer, clientId, authentication = 'none', secret = '', key: text, skew, call } = request;
  // Most visits do without it.
  const key = authentication === 'private_key_jwt' && (await import('./playground-key.js')).readKey(text);
  const proof = (authentications[authentication] ?? authentications.none)(secret, key);
  const metadata = skew === undefined ? 'undefined' : `{ [client.clockSkew]: ${skew} }`;
  const consent = issuer.startsWith('http:') ? ', {\n  execute: [client.allowInsecureRequests],\n}' : '';
  return `import * as client from 'openid-client';\n\n${certificate({ url: issuer })}${key ? importOf(key) : ''}const config = await client.discovery(new URL(${js(issuer)}), ${js(clientId)}, ${metadata}, ${proof}${consent});\n${calls[call.kind](call)}\n`;
}

export const writers = { curl: asCurl, fetch: asFetch, 'openid-client': asOpenIdClient };
