import { connectMock } from 'pingone-mock';

test('an application finds the issuer in its environment', async () => {
  const mock = await connectMock(process.env.PINGONE_MOCK_URL);
  expect(mock.issuer).toBe(process.env.OIDC_ISSUER);
  const tokens = await (await mock.authorize()).redeem();
  expect(tokens.id_token).toBeDefined();
});
