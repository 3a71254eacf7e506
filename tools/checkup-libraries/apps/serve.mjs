// node serve.mjs LIBRARY: a small relying party with a client library, at /login. It runs in the folder where the libraries are
// installed. What the library hands over as an error gets a page with 400: how errors look is the application's business.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env;
const app = express();
const server = createServer(app);
await new Promise((resolve) => server.listen(0, 'localhost', resolve));
const base = `http://localhost:${server.address().port}`;

const { default: relyingParty } = await import(`./${process.argv[2]}.mjs`);
/** The page behind the sign-on. */
const profile = (response, name) =>
  response.send(name === undefined ? '<title>Not signed on</title>' : `<title>Profile</title>${String(name).replace(/\W/g, '')}`);

// The mock gets the redirect URI first: some libraries ask the provider at once.
process.once('message', async () => {
  await relyingParty({ app, base, issuer, clientId, clientSecret, secret: randomUUID() + randomUUID(), profile });
  app.use((error, _request, response, _next) => {
    const status = error.status ?? error.statusCode;
    response.status(status >= 400 && status < 500 ? status : 400).send('<title>Error</title>The sign-on failed.');
  });
  process.send({ ready: true });
});
process.once('disconnect', () => process.exit());
process.send({ base });
