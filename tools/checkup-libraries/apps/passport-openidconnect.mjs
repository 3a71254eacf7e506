// The README's strategy and routes.
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

export default ({ app, base, issuer, clientId, clientSecret, secret, profile }) => {
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));
  app.use(passport.authenticate('session'));
  passport.use(
    new OpenIDConnectStrategy(
      {
        issuer,
        authorizationURL: `${issuer}/authorize`,
        tokenURL: `${issuer}/token`,
        userInfoURL: `${issuer}/userinfo`,
        clientID: clientId,
        clientSecret,
        callbackURL: `${base}/callback`,
      },
      (_issuer, { id }, done) => done(null, { id }),
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  app.get('/login', passport.authenticate('openidconnect'));
  app.get('/callback', passport.authenticate('openidconnect', { failureRedirect: '/failed' }), (_request, response) =>
    response.redirect('/'),
  );
  app.get('/failed', (_request, response) => profile(response.status(403)));
  app.get('/', (request, response) => profile(response, request.user?.id));
};
