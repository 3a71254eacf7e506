import type { Flow, FlowStatus } from '../store/lifetimes.js';
import type { Application } from './application.js';
import { signOnUrl } from './hosts.js';
import type { User } from './user.js';

/** The actions that a flow offers in each status, in PingOne's order (docs/fidelity.md, 4.3). */
export const actionsOf: Partial<Record<FlowStatus, readonly string[]>> = {
  USERNAME_PASSWORD_REQUIRED: ['usernamePassword.check', 'password.forgot', 'session.reset'],
  PASSWORD_REQUIRED: ['usernamePassword.check', 'password.forgot', 'session.reset'],
  MUST_CHANGE_PASSWORD: ['password.reset', 'session.reset'],
  PASSWORD_EXPIRED: ['password.reset', 'session.reset'],
  RECOVERY_CODE_REQUIRED: ['password.recover', 'password.sendRecoveryCode', 'session.reset'],
};

export interface FlowView {
  readonly application: Application | undefined;
  readonly user?: User | undefined;
  /** Final values, only under `pi.flow` and only when the flow is complete. */
  readonly authorizeResponse?: Readonly<Record<string, unknown>> | undefined;
}

/** A flow as PingOne shows it (docs/fidelity.md, 4.1). */
export function flowBody(flow: Flow, { application, user, authorizeResponse }: FlowView) {
  const href = `${flow.baseUrl}/flows/${flow.id}`;
  const done = flow.status === 'COMPLETED' || flow.status === 'FAILED';
  return {
    _links: {
      self: { href },
      ...Object.fromEntries((actionsOf[flow.status] ?? []).map((action) => [action, { href }])),
      ...(!done && { signOnPage: { href: `${signOnUrl(flow.baseUrl)}?flowId=${flow.id}` } }),
    },
    _embedded: {
      ...(user && {
        user: { id: user.id, username: user.username, ...(user.name && { name: { given: user.name.given, family: user.name.family } }) },
      }),
      application: { name: application?.name ?? '', ...(application?.icon && { icon: application.icon }) },
    },
    id: flow.id,
    environment: { id: flow.environmentId },
    ...(flow.authentication && { session: { id: flow.authentication.sessionId } }),
    resumeUrl: `${flow.baseUrl}/as/resume?flowId=${flow.id}`,
    status: flow.status,
    createdAt: new Date(flow.createdAt).toISOString(),
    expiresAt: new Date(flow.expiresAt).toISOString(),
    ...(flow.error && { error: flow.error }),
    ...(authorizeResponse && { authorizeResponse }),
  };
}
