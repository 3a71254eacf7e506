import type { Endpoint } from '../environment/context.js';

/** The certificate of the server's own authority, for clients to trust. */
export const caDownload: Endpoint = (app, { certificateAuthority }) => {
  app.get('/__mock/ca.pem', (_request, reply) =>
    certificateAuthority === undefined
      ? reply
          .code(404)
          .type('text/plain; charset=utf-8')
          .send('This server has no certificate authority: PINGONE_MOCK_HTTPS is off, or it uses your own certificate.\n')
      : reply
          .header('content-type', 'application/x-pem-file')
          .header('content-disposition', 'attachment; filename="pingone-mock-ca.pem"')
          .send(certificateAuthority),
  );
};
