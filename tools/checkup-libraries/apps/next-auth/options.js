/** The custom provider of the documentation's page "OAuth", for one with a discovery document. */
export const options = {
  secret: process.env.NEXTAUTH_SECRET,
  pages: { error: '/failed' },
  providers: [
    {
      id: 'pingone',
      name: 'PingOne',
      type: 'oauth',
      wellKnown: `${process.env.ISSUER}/.well-known/openid-configuration`,
      authorization: { params: { scope: 'openid email profile' } },
      clientId: process.env.CLIENT_ID,
      clientSecret: process.env.CLIENT_SECRET,
      idToken: true,
      checks: ['pkce', 'state'],
      profile: ({ sub, given_name: name, email }) => ({ id: sub, name: name ?? sub, email }),
    },
  ],
};
