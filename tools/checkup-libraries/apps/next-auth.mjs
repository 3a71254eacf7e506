// A Next.js application with the routes of the documentation's "Getting started". It is built first, as for production.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import next from 'next';
import { cookieOf, handOn } from './posted-start.mjs';

export default async ({ app, base, secret }) => {
  Object.assign(process.env, { NEXTAUTH_URL: base, NEXTAUTH_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' });
  const dir = new URL('next-auth', import.meta.url).pathname;
  const bin = createRequire(import.meta.url).resolve('next/dist/bin/next');
  execFileSync(process.execPath, [bin, 'build', dir], { stdio: 'inherit' });
  const site = next({ dev: false, dir });
  await site.prepare();
  const handle = site.getRequestHandler();

  app.get('/login', async (_request, response) => {
    const form = await fetch(`${base}/api/auth/csrf`);
    const { csrfToken } = await form.json();
    const answer = await fetch(`${base}/api/auth/signin/pingone`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookieOf(form.headers.getSetCookie()) },
      body: new URLSearchParams({ csrfToken, callbackUrl: `${base}/` }),
    });
    const cookies = [...form.headers.getSetCookie(), ...answer.headers.getSetCookie()];
    handOn(response, cookies, answer.headers.get('location'));
  });
  app.use((request, response) => handle(request, response));
};
