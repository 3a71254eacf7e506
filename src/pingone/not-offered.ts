/**
 * What PingOne's management API has and the mock leaves out, by product (docs/fidelity.md, management 1.9). Each line is a
 * path below an environment and its methods, as Ping's SDKs call them; `*` stands for an id.
 */
const products: Readonly<Record<string, readonly string[]>> = {
  'PingOne Protect': [
    'riskEvaluations POST',
    'riskEvaluations/* GET',
    'riskEvaluations/*/event PUT',
    'riskPolicySets GET POST',
    'riskPolicySets/* GET PUT DELETE',
    'riskPredictors GET POST',
    'riskPredictors/* GET PUT DELETE',
  ],
  'PingOne Verify': [
    'users/*/verifyStatus GET PUT',
    'users/*/verifyTransactions GET POST',
    'users/*/verifyTransactions/* GET PUT DELETE',
    'verifications POST',
    'verifyPolicies GET POST',
    'verifyPolicies/* GET PUT DELETE',
    'voicePhrases GET POST',
    'voicePhrases/* GET PUT DELETE',
    'voicePhrases/*/contents GET POST',
    'voicePhrases/*/contents/* GET PUT DELETE',
  ],
  'PingOne Credentials': [
    'credentialIssuerProfile GET POST PUT',
    'credentialTypes GET POST',
    'credentialTypes/* GET PUT DELETE',
    'credentialTypes/*/issuanceRules GET POST',
    'credentialTypes/*/issuanceRules/* GET PUT DELETE',
    'credentialTypes/*/issuanceRules/*/stagedChanges GET POST',
    'credentialTypes/*/issuanceRules/*/usageCounts GET',
    'credentialTypes/*/issuanceRules/*/usageDetails GET',
    'credentialTypes/*/versions GET',
    'credentialTypes/*/versions/* GET',
    'digitalWalletApplications GET POST',
    'digitalWalletApplications/* GET PUT DELETE',
    'users/*/credentials GET POST',
    'users/*/credentials/* GET PUT',
    'users/*/credentials/*/provisionedCredentials GET',
    'users/*/digitalWallets GET POST',
    'users/*/digitalWallets/* GET PUT DELETE',
    'users/*/digitalWallets/*/provisionedCredentials GET',
  ],
  'PingOne DaVinci': [
    'connectorInstances GET POST',
    'connectorInstances/* GET POST PUT DELETE',
    'connectors GET',
    'connectors/* GET',
    'connectors/*/details GET',
    'davinciApplications GET POST',
    'davinciApplications/* GET PUT DELETE',
    'davinciApplications/*/flowPolicies GET POST',
    'davinciApplications/*/flowPolicies/* GET PUT DELETE',
    'davinciApplications/*/flowPolicies/*/events GET',
    'davinciApplications/*/key POST',
    'davinciApplications/*/secret POST',
    'flows GET POST',
    'flows/* GET POST PUT DELETE',
    'flows/*/enabled PUT',
    'flows/*/versions GET',
    'flows/*/versions/* GET POST DELETE',
    'flows/*/versions/*/alias PUT',
    'flows/*/versions/*/details GET',
    'variables GET POST',
    'variables/* GET PUT DELETE',
  ],
  'PingOne Authorize': [
    'apiServers GET POST',
    'apiServers/* GET PUT DELETE',
    'apiServers/*/deployment GET POST',
    'apiServers/*/operations GET POST',
    'apiServers/*/operations/* GET PUT DELETE',
    'decisionEndpoints GET POST',
    'decisionEndpoints/* GET POST PUT DELETE',
  ],
  Forms: ['forms GET POST', 'forms/* GET PUT DELETE', 'recaptchaV2Config GET PUT DELETE'],
  'Administrator security': ['adminConfig GET PUT'],
  'Localization status': ['languages/*/status GET POST', 'languages/*/status/* GET PUT DELETE'],
  'Encryption and signing of data': ['decryptions POST', 'encryptions POST', 'signings POST'],
  'FIDO device metadata': ['fidoDevicesMetadata GET POST', 'fidoDevicesMetadata/* GET DELETE'],
  'FIDO policies before FIDO2': ['fidoPolicies GET POST', 'fidoPolicies/* GET PUT DELETE'],
  'Instances of gateways': ['gateways/*/instances/* GET'],
  'Integration catalog': [
    'integrations GET',
    'integrations/* GET',
    'integrations/*/versions GET',
    'integrations/*/versions/* GET',
    'integrations/*/versions/*/asset GET',
    'integrations/*/versions/*/attributes GET',
  ],
  Reports: ['activeIdentityCounts GET', 'applicationSignons GET', 'metrics/activeIdentityCounts GET', 'userActivities GET'],
  'Configuration snapshots': ['snapshots POST', 'snapshots/* GET', 'snapshots/*/versions GET', 'snapshots/*/versions/* GET'],
  'Alert channels': ['alertChannels GET POST', 'alertChannels/* PUT DELETE'],
  'Rate limits': ['rateLimitIpConfigs GET POST', 'rateLimitIpConfigs/* GET DELETE'],
  Provisioning: [
    'propagation/mapping/* DELETE',
    'propagation/mappings/* GET PUT',
    'propagation/plans GET POST',
    'propagation/plans/* GET PUT DELETE',
    'propagation/plans/*/rules GET',
    'propagation/revisions POST',
    'propagation/revisions/* GET',
    'propagation/rules GET POST',
    'propagation/rules/* GET PUT DELETE',
    'propagation/rules/*/mappings GET POST',
    'propagation/storeMetadata/* POST',
    'propagation/stores GET POST',
    'propagation/stores/* GET PUT DELETE',
    'propagation/stores/connection/status POST',
  ],
};

interface Operation {
  readonly product: string;
  readonly segments: readonly string[];
  readonly methods: readonly string[];
}

const operations: readonly Operation[] = Object.entries(products).flatMap(([product, lines]) =>
  lines.map((line) => {
    const [path = '', ...methods] = line.split(' ');
    return { product, segments: path.split('/'), methods };
  }),
);

const prefix = /^\/v1\/environments\/[^/]+\//;
/** Longer paths than any of the table. */
const mostSegments = Math.max(...operations.map(({ segments }) => segments.length));

/**
 * The product of PingOne that an operation of `/v1` belongs to, if the mock leaves it out; undefined for everything else,
 * also for what PingOne does not have.
 *
 * @param path without its query
 */
export function productNotOffered(method: string, path: string): string | undefined {
  const [found] = prefix.exec(path) ?? [];
  if (found === undefined) return undefined;
  const segments = path
    .slice(found.length)
    .replace(/\/$/, '')
    .split('/', mostSegments + 1);
  const asked = method === 'HEAD' ? 'GET' : method;
  return operations.find(
    ({ segments: pattern, methods }) =>
      pattern.length === segments.length &&
      methods.includes(asked) &&
      pattern.every((part, at) => (part === '*' ? segments[at] !== '' : part === segments[at])),
  )?.product;
}
