// The README's configuration, with the code flow that its examples use for web applications with a secret.
import eoc from 'express-openid-connect';

export default ({ app, base, issuer, clientId, clientSecret, secret, profile }) => {
  const authorizationParams = { response_type: 'code', scope: 'openid profile' };
  app.use(
    eoc.auth({ issuerBaseURL: issuer, baseURL: base, clientID: clientId, clientSecret, secret, authRequired: false, authorizationParams }),
  );
  app.get('/', ({ oidc }, response) => profile(response, oidc.isAuthenticated() ? oidc.user.sub : undefined));
};
