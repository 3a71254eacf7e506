import { expect, test } from '@playwright/test';
import { connectMock } from 'pingone-mock';

test('a page is opened as a person who has signed on', async ({ page, baseURL }) => {
  const mock = await connectMock(baseURL);
  const query = new URLSearchParams({
    client_id: mock.env.OIDC_CLIENT_ID,
    redirect_uri: 'http://localhost:3000/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  await page.route('http://localhost:3000/**', (route) => route.fulfill({ body: 'the application' }));
  await page.goto(await mock.signOn(`${mock.issuer}/authorize?${query}`, 'alice'));
  await expect(page).toHaveURL(/callback\?code=/);
});
