import { expect } from '@playwright/test';
import { test } from './fixtures.mjs';

test('a person signs on', async ({ page, pingone }) => {
  const query = new URLSearchParams({
    client_id: pingone.env.OIDC_CLIENT_ID,
    redirect_uri: 'http://localhost:3000/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  await page.route('http://localhost:3000/**', (route) => route.fulfill({ body: 'the application' }));
  await page.goto(`${pingone.issuer}/authorize?${query}`);
  await page.getByLabel('Username').fill('zoe');
  await page.getByLabel('Password', { exact: true }).fill('Right-Passw0rd1');
  await page.getByRole('button', { name: 'Sign On' }).first().click();
  await expect(page).toHaveURL(/callback\?code=/);
});
