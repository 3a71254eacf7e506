import t from 'tap';
import { isKeyAddress } from '../../src/lib/key-address.js';

t.test('keys are fetched by https, or from this machine and its containers', async (t) => {
  for (const address of [
    'https://issuer.example.com/jwks',
    'http://localhost:9400/jwks',
    'http://a.localhost/jwks',
    'http://127.0.0.1:1/jwks',
    'http://[::1]:1/jwks',
    'http://keycloak:8080/jwks',
    'http://host.docker.internal/jwks',
  ])
    t.ok(isKeyAddress(address), address);
  for (const address of [
    '',
    'jwks',
    'ftp://localhost/jwks',
    'file:///etc/passwd',
    'http://issuer.example.com/jwks',
    'http://169.254.169.254/latest',
    'http://10.0.0.1/jwks',
    'http://127.0.0.1.example.com/jwks',
    'https://user:secret@issuer.example.com/jwks',
    'http://notlocalhost.example/jwks',
  ])
    t.notOk(isKeyAddress(address), address);
});
