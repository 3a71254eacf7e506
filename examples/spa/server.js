// Serves the files of the page, and tells it which issuer to use.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const {
  OIDC_ISSUER = 'http://localhost:9400/e0000000-0000-4000-8000-000000000001/as',
  OIDC_CLIENT_ID = 'a0000000-0000-4000-8000-000000000002',
  PORT = '3002',
} = process.env;

const library = join(dirname(createRequire(import.meta.url).resolve('oidc-client-ts')), '..', 'browser', 'oidc-client-ts.min.js');
const read = (path) => readFileSync(path, 'utf8');
const page = ['text/html; charset=utf-8', read(new URL('index.html', import.meta.url))];
const files = new Map([
  ['/', page],
  ['/callback', page],
  ['/app.js', ['text/javascript', read(new URL('app.js', import.meta.url))]],
  ['/oidc-client-ts.js', ['text/javascript', read(library)]],
  ['/config.json', ['application/json', JSON.stringify({ issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID })]],
]);

const server = createServer((request, response) => {
  const [type, body] = files.get(new URL(request.url, 'http://localhost').pathname) ?? ['text/plain', undefined];
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
});
server.listen(Number(PORT), 'localhost', () => console.log(`listening on http://localhost:${server.address().port}`));
