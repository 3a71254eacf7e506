import { array, boolean, type Infer, integer, object, oneOf, reference, secret, string } from '../../lib/schema/types.js';

/** The bodies of subscriptions (docs/fidelity.md, management 7.18). */

const fewReferences = { ...array(reference), maxItems: 10 } as const;

/** The values are credentials of the target, so none is shown if secrets are hidden. */
const headers = secret({ type: 'object' } as const);

const target = object({ url: { type: 'string', minLength: 1, maxLength: 2048 } as const }, { headers });

export const filterOptions = object(
  { includedActionTypes: { ...array({ type: 'string', minLength: 1, maxLength: 128 } as const), maxItems: 500 } as const },
  {
    includedApplications: fewReferences,
    includedPopulations: fewReferences,
    includedTags: { ...array(oneOf('adminIdentityEvent')), maxItems: 10 } as const,
    ipAddressExposed: boolean,
    userAgentExposed: boolean,
  },
);

const payloadOptions = object(
  {},
  {
    maximumPayloadLimit: object({}, { type: oneOf('EVENTS_PER_PAYLOAD', 'KB_PER_PAYLOAD'), size: integer }),
    payloadFormat: object(
      {},
      {
        https: object({}, { format: oneOf('JSON_ARRAY', 'ND_JSON'), prettyPrint: boolean }),
        tcp: object({}, { format: oneOf('JSON_DOC', 'RFC_LOGLINE'), additionalAttributes: { type: 'object' } as const }),
      },
    ),
  },
);

/** The members besides those that every subscription must have. */
const more = {
  protocol: oneOf('HTTPS', 'TCP_IP'),
  httpEndpoint: target,
  connectionDetails: target,
  format: oneOf('ACTIVITY', 'SPLUNK', 'NEWRELIC'),
  payloadOptions,
  tlsClientAuthKeyPair: object({ id: string }),
} as const;

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;

export const subscriptionBody = object({ name, enabled: boolean, verifyTlsCertificates: boolean, filterOptions }, more);
export type SubscriptionBody = Infer<typeof subscriptionBody>;
