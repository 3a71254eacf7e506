import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { App, Context } from '../../environment/context.js';
import type { Credentials } from './credentials.js';

/** OpenSSL's codes for the alert of a client that does not trust the certificate. */
const distrust = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|CERTIFICATE_EXPIRED)/;

/** The same routes over TLS. The framework's own server serves plain HTTP. */
export function createSecureServer(app: App, { certificate, key, contextFor }: Credentials, storedDomain: Context['storedDomain']): Server {
  const { keepAliveTimeout, requestTimeout, headersTimeout } = app.server;
  const server = createServer(
    {
      cert: certificate,
      key,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, callback) => callback(null, contextFor(name.toLowerCase(), storedDomain(name.toLowerCase()))),
      keepAliveTimeout,
      requestTimeout,
      headersTimeout,
    },
    (request, response) => app.routing(request, response),
  );
  const warnOfDistrust = (error: NodeJS.ErrnoException): void => {
    if (distrust.test(error.code ?? ''))
      app.log.warn(
        { event: 'tls', code: error.code },
        'a client does not trust the certificate of this server: "pingone-mock ca" prints the one to trust',
      );
  };
  server.on('tlsClientError', warnOfDistrust);
  // With TLS 1.3 the alert comes after the handshake, when the HTTP parser expects a request.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    warnOfDistrust(error);
    app.server.emit('clientError', error, socket);
  });
  return server;
}
