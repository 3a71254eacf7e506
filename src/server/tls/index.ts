/** HTTPS and the proxy, loaded only if the settings ask for one of them. */
export { answerConnect } from './connect-proxy.js';
export { type Credentials, openCredentials, openSharedAuthority } from './credentials.js';
export { proxiedHosts } from './names.js';
export { createSecureServer } from './secure-server.js';
