import type { Owned } from './configuration.js';

/** Webhooks, in the spelling of PingOne's management API, without `_links`. */

interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Subscription extends Owned {
  readonly name: string;
  /** Events of a suspended subscription wait until it is enabled. */
  readonly enabled: boolean;
  readonly protocol: 'HTTPS' | 'TCP_IP';
  /** With the protocol HTTPS. */
  readonly httpEndpoint?: Target;
  /** With the protocol TCP_IP. */
  readonly connectionDetails?: Target;
  readonly verifyTlsCertificates: boolean;
  readonly tlsClientAuthKeyPair?: { readonly id: string };
  readonly format?: 'ACTIVITY' | 'SPLUNK' | 'NEWRELIC';
  readonly filterOptions: {
    readonly includedActionTypes: readonly string[];
    readonly includedApplications?: readonly { readonly id: string }[];
    readonly includedPopulations?: readonly { readonly id: string }[];
    readonly includedTags?: readonly string[];
    readonly ipAddressExposed: boolean;
    readonly userAgentExposed: boolean;
  };
  readonly payloadOptions?: {
    readonly maximumPayloadLimit?: { readonly type?: 'EVENTS_PER_PAYLOAD' | 'KB_PER_PAYLOAD'; readonly size?: number };
    readonly payloadFormat?: {
      readonly https?: { readonly format?: 'JSON_ARRAY' | 'ND_JSON'; readonly prettyPrint?: boolean };
      readonly tcp?: { readonly format?: 'JSON_DOC' | 'RFC_LOGLINE'; readonly additionalAttributes?: object };
    };
  };
}
