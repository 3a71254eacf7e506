import { createHash } from 'node:crypto';
import type { ErrorDetail, PingOneError } from './pingone-error.js';

/** The answers of DaVinci's runtime to Ping's SDKs, in its spelling (docs/fidelity.md, 4.6). */

/** Connections, whose ids are the same in Ping's recordings of several tenants, and their connectors. */
export const connections = {
  forms: { id: '867ed4363b2bc21c860085ad2baa817d', connector: 'httpConnector' },
  users: { id: '94141bf2f1b9b59a5f5365ff135e02bb', connector: 'pingOneSSOConnector' },
  errors: { id: '53ab83a4a4ab919d9f2cb02d9e111ac8', connector: 'errorConnector' },
  authentication: { id: 'c3e6a164bde107954e93f5c09f0c8bce', connector: 'pingOneAuthenticationConnector' },
  mfa: { id: 'b72bd44e6be8180bd5988ac74cd9c949', connector: 'pingOneMfaConnector' },
} as const;
export type Connection = keyof typeof connections;

/** The connector and capability of every form. */
export const formCapability = 'customHTMLTemplate';
/** The connector and capability that end a flow. */
export const lastCapability = 'returnSuccessResponseRedirect';

const hashOf = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\n')).digest();

/** The id of a node as answers show it: ten characters, always the same for the same node. */
export const shownNodeId = (policyId: string, nodeId: string): string =>
  BigInt(`0x${hashOf('node', policyId, nodeId).toString('hex')}`)
    .toString(36)
    .slice(0, 10);

/** The id of the flow that a flow policy uses. */
export const shownFlowId = (policyId: string): string => hashOf('flow', policyId).toString('hex').slice(0, 32);

/** What every answer about an interaction has. */
export interface Interaction {
  readonly interactionId: string;
  readonly environmentId: string;
  /** As answers show it. */
  readonly nodeId: string;
}

interface Failure {
  readonly connection: Connection;
  readonly capability: string;
  readonly code: string | number;
  readonly message: string;
  readonly category?: string;
  readonly expected?: boolean;
  readonly details?: readonly object[];
}

/** An error that a form is answered with: the person may correct it, unless it is of the connector for authentication. */
export const failureBody = (
  { interactionId, environmentId, nodeId }: Interaction,
  { connection, capability, code, message, category = 'NotSet', expected = true, details }: Failure,
) => ({
  interactionId,
  companyId: environmentId,
  connectionId: connections[connection].id,
  connectorId: connections[connection].connector,
  id: nodeId,
  capabilityName: capability,
  errorCategory: category,
  code,
  cause: null,
  expected,
  message,
  httpResponseCode: 400,
  ...(details && { details }),
  isResponseCompatibleWithMobileAndWebSdks: true,
});

/** What PingOne's own API said, as DaVinci passes it on. */
export const rawResponse = (envelope: object, statusCode: number) => ({ rawResponse: envelope, statusCode });

const camelCase = (code: string): string => code.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** `uniquenessViolation username: is unique but a non-unique value is provided`, as recorded. */
const told = ({ code, target, message }: ErrorDetail): string =>
  [camelCase(code), target && `${target}:`, message].filter(Boolean).join(' ');

/** The message of an error of PingOne's own API. */
export function messageOf({ details, text }: PingOneError): string {
  const [detail] = details;
  return detail ? told(detail) : text;
}

/** The text for wrong credentials: with a blank at its beginning, as recorded. */
export const wrongCredentials = ' Invalid username and/or password';

/** A required field that was left empty (docs/fidelity.md, 4.6). */
export const blankMessage = (key: string): string => `invalidInput "${key}" - must not be blank`;

/** An interaction that does not exist, or no longer. */
export const timedOutBody = (interactionId: string) => ({
  interactionId,
  code: 'requestTimedOut',
  message: 'Request timed out. Please try again.',
});

/** A request that does not prove that the interaction is its own. */
export const unauthorizedBody = {
  cause: null,
  logLevel: 'error',
  serviceName: null,
  message: 'Unauthorized!',
  errorMessage: 'Unauthorized!',
  success: false,
  httpResponseCode: 401,
  code: 1999,
} as const;

/** A flow that has ended without a sign-on. */
export const failedBody = (environmentId: string, error: { readonly code: string; readonly message: string }) => ({
  environment: { id: environmentId },
  status: 'FAILED',
  error: { code: error.code, message: error.message },
});

/** A challenge that cannot be asked about: it has expired, or is not one of the interaction. */
export const challengeBody = (expired: boolean) => ({
  cause: null,
  logLevel: 'error',
  serviceName: expired ? 'challengeExpired' : null,
  message: expired ? 'Challenge has expired' : 'Invalid challenge',
  errorMessage: expired ? 'Challenge has expired' : 'Invalid challenge',
  success: false,
  httpResponseCode: 400,
  code: expired ? 'challengeExpired' : 4019,
});

interface Completed {
  readonly environmentId: string;
  readonly sessionId: string | undefined;
  /** The authorization response. */
  readonly response: Readonly<Record<string, string>>;
  /** Undefined where a session stood in for the flow. */
  readonly interaction?: Interaction;
  readonly interactionToken?: string;
}

/** The end of a flow: a session, and the authorization response. */
export const completedBody = ({ environmentId, sessionId, response, interaction, interactionToken }: Completed) => ({
  ...(interaction && {
    interactionId: interaction.interactionId,
    companyId: environmentId,
    connectionId: connections.authentication.id,
    connectorId: connections.authentication.connector,
    id: interaction.nodeId,
    capabilityName: lastCapability,
  }),
  environment: { id: environmentId },
  session: { id: sessionId },
  status: 'COMPLETED',
  authorizeResponse: response,
  ...(interaction && { isResponseCompatibleWithMobileAndWebSdks: true, success: true, resetCookie: true, interactionToken }),
});

/** A person who signed on but may not have what the application asks for: trying again would not help. */
export const deniedBody = (interaction: Interaction, code: string, message: string) =>
  failureBody(interaction, { connection: 'authentication', capability: lastCapability, code, message });
