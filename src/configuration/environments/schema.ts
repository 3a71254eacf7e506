import { array, type Infer, object, oneOf, reference, string, webAddress } from '../../lib/schema/types.js';

/** The body of an environment (docs/fidelity.md, management 6.1). */

export const environmentTypes = ['PRODUCTION', 'SANDBOX'] as const;
const regions = ['AP', 'AU', 'CA', 'EU', 'NA', 'SG'] as const;

const productTypes = `
  PING_ONE_BASE PING_ONE_MFA PING_ONE_DAVINCI PING_ONE_ORCHESTRATE PING_ONE_RISK PING_ONE_FRAUD PING_ONE_PROVISIONING
  PING_DATA_SYNC PING_DATA_GOVERNANCE PING_ONE_FOR_ENTERPRISE PING_ID_SDK PING_ONE_FOR_SAAS PING_ONE_VERIFY
  PING_ONE_CREDENTIALS PING_ONE_AUTHORIZE PING_FEDERATE PING_ACCESS PING_DIRECTORY PING_AUTHORIZE PING_ID PING_ONE_ID
  PING_INTELLIGENCE PING_CENTRAL
`
  .trim()
  .split(/\s+/);

const filled = { type: 'string', minLength: 1 } as const;

export const billOfMaterialsBody = object(
  {
    products: array(
      object(
        { type: { type: 'string', minLength: 1, enum: productTypes } },
        {
          description: string,
          console: object({ href: webAddress }),
          bookmarks: array(object({ name: filled, href: webAddress })),
          tags: array(oneOf('DAVINCI_MINIMAL')),
        },
      ),
    ),
  },
  { solutionType: oneOf('WORKFORCE', 'CUSTOMER', 'CIAM_TRIAL', 'WF_TRIAL') },
);
export type BillOfMaterials = Infer<typeof billOfMaterialsBody>;

export const environmentBody = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    type: { type: 'string', minLength: 1, enum: environmentTypes },
    region: { type: 'string', minLength: 1, enum: regions },
    license: reference,
  },
  { description: { type: 'string', maxLength: 1024 }, icon: string, billOfMaterials: billOfMaterialsBody },
);
export type EnvironmentBody = Infer<typeof environmentBody>;

/** The body that names a license. */
export const licenseNameBody = object({ name: { type: 'string', minLength: 1, maxLength: 256 } });
