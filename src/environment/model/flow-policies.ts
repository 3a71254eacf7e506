import type { Owned } from './configuration.js';

/** DaVinci's flow policies, in the spelling of PingOne's management API, without `_links`. */

/** The id is 32 hexadecimal digits. */
export interface FlowPolicy extends Owned {
  readonly name: string;
  readonly enabled: boolean;
  /** The DaVinci application that the policy belongs to. */
  readonly application?: { readonly id?: string | undefined; readonly name?: string | undefined } | undefined;
  readonly trigger: { readonly type: 'AUTHENTICATION' };
  /** A ready flow, which the management API does not show. */
  readonly preset?: string | undefined;
  /** What the flow consists of, as the seed gave it, which the management API does not show. Without it, `preset` says. */
  readonly nodes?: readonly SeedNode[] | undefined;
}

/** That an application uses a flow policy. */
export interface FlowPolicyAssignment extends Owned {
  readonly application: { readonly id: string };
  readonly flowPolicy: { readonly id: string };
  readonly priority: number;
}

/** A field of a form. */
export interface FormField {
  readonly key: string;
  /** A field type of DaVinci; TEXT by default. */
  readonly type?: string | undefined;
  readonly label?: string | undefined;
  readonly required?: boolean | undefined;
  /** What the person chooses from. */
  readonly options?: readonly { readonly label: string; readonly value: string }[] | undefined;
}

/** A button of a form, and the node that it leads to; without one, the following node. */
export interface FormButton {
  readonly key: string;
  readonly label: string;
  readonly type?: string | undefined;
  readonly next?: string | undefined;
}

/** A node as a seed gives it: which members it has depends on its type. */
export interface SeedNode {
  readonly type: string;
  /** The type, by default. */
  readonly id?: string | undefined;
  readonly next?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly fields?: readonly FormField[] | undefined;
  readonly buttons?: readonly FormButton[] | undefined;
  readonly polling?: string | undefined;
  readonly pollInterval?: number | undefined;
  readonly pollRetries?: number | undefined;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly final?: boolean | undefined;
}
