import t from 'tap';
import { productNotOffered } from '../../src/pingone/not-offered.js';

const environment = '/v1/environments/e0000000-0000-4000-8000-000000000001';
const id = 'a0000000-0000-4000-8000-000000000001';

t.test('only operations that PingOne has are of a product that is left out', async (t) => {
  const cases: [string, string, string | undefined][] = [
    ['GET', 'riskPredictors', 'PingOne Protect'],
    ['HEAD', 'riskPredictors', 'PingOne Protect'],
    ['GET', 'riskPredictors/', 'PingOne Protect'],
    ['PUT', `riskEvaluations/${id}/event`, 'PingOne Protect'],
    ['GET', `users/${id}/verifyTransactions`, 'PingOne Verify'],
    ['POST', 'credentialTypes', 'PingOne Credentials'],
    ['GET', `users/${id}/digitalWallets/${id}`, 'PingOne Credentials'],
    ['POST', `flows/${id}`, 'PingOne DaVinci'],
    ['POST', `decisionEndpoints/${id}`, 'PingOne Authorize'],
    ['GET', 'alertChannels', 'Alert channels'],
    ['DELETE', `rateLimitIpConfigs/${id}`, 'Rate limits'],
    ['GET', 'propagation/revisions/id:latest', 'Provisioning'],
    ['POST', 'propagation/stores/connection/status', 'Provisioning'],
    ['PUT', 'adminConfig', 'Administrator security'],
    ['GET', 'forms', 'Forms'],
    ['DELETE', 'recaptchaV2Config', 'Forms'],
    ['POST', `languages/${id}/status`, 'Localization status'],
    ['POST', 'signings', 'Encryption and signing of data'],
    ['GET', 'fidoDevicesMetadata', 'FIDO device metadata'],
    ['PUT', `fidoPolicies/${id}`, 'FIDO policies before FIDO2'],
    ['GET', `gateways/${id}/instances/${id}`, 'Instances of gateways'],
    ['GET', `integrations/${id}/versions`, 'Integration catalog'],
    ['GET', 'metrics/activeIdentityCounts', 'Reports'],
    ['POST', 'snapshots', 'Configuration snapshots'],
    ['GET', 'snapshots', undefined],
    // Of these PingOne has no such method, path or item.
    ['PATCH', 'riskPredictors', undefined],
    ['GET', `alertChannels/${id}`, undefined],
    ['POST', 'flowPolicies', undefined],
    ['GET', 'riskPredictors//', undefined],
    ['GET', 'riskpredictors', undefined],
    ['GET', `riskPredictors/${id}/more`, undefined],
    ['GET', 'mfaPolicies', undefined],
    ['GET', 'propagation', undefined],
    ['GET', '', undefined],
  ];
  for (const [method, path, product] of cases) t.equal(productNotOffered(method, `${environment}/${path}`), product, `${method} ${path}`);
  t.equal(productNotOffered('GET', '/v1/riskPredictors'), undefined, 'outside of an environment');
  t.equal(productNotOffered('GET', `${environment}/${'a/'.repeat(50_000)}`), undefined, 'a path of many parts');
});
