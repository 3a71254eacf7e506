import type { FlowPolicy, FormField, SeedNode } from '../../environment/model/flow-policies.js';
import { presets } from './presets.js';

/** The nodes of a flow, complete: every node has an id, and says where it leads. */

interface Common {
  readonly id: string;
  /** The node that follows; undefined for one that ends the flow. */
  readonly next?: string | undefined;
}

export interface Button {
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly next?: string | undefined;
}

/** Shows fields and buttons. */
export interface FormNode extends Common {
  readonly type: 'form';
  readonly name: string;
  readonly description: string;
  readonly fields: readonly FormField[];
  readonly buttons: readonly Button[];
}

/** Waits until the phone of the user has answered. */
export interface PushNode extends Common {
  readonly type: 'push';
  /** Whether the client asks for the status of a challenge, or sends the form again and again. */
  readonly polling: 'challenge' | 'continue';
  /** In milliseconds. */
  readonly pollInterval: number;
  readonly pollRetries: number;
}

/** Refuses: the person stays at the last form, unless the error is final. */
export interface ErrorNode extends Common {
  readonly type: 'error';
  readonly message: string;
  readonly code: string;
  readonly final: boolean;
}

/** Checks `username` and `password`; sends and checks a passcode; creates a user; sets a new password by a recovery code; signs on. */
interface WorkNode extends Common {
  readonly type: 'password' | 'otp' | 'register' | 'password-reset' | 'success';
}

export type FlowNode = FormNode | PushNode | ErrorNode | WorkNode;
export type NodeType = FlowNode['type'];

/** The purpose of each type of node, and the members it may have besides `id`, `type` and `next`. */
interface Kind {
  readonly members: readonly (keyof SeedNode)[];
  readonly needs?: readonly (keyof SeedNode)[];
  /** The fields that a form has to have asked for. */
  readonly reads?: readonly string[];
  /** It shows something and waits for the person. */
  readonly waits: boolean;
  /** Afterwards the person is known. */
  readonly identifies?: true;
  /** It needs a known person. */
  readonly needsPerson?: true;
  /** Nothing follows. */
  readonly ends?: true;
}

export const kinds: Readonly<Record<NodeType, Kind>> = {
  form: { members: ['name', 'description', 'fields', 'buttons'], needs: ['buttons'], waits: true },
  password: { members: [], reads: ['username', 'password'], waits: false, identifies: true },
  otp: { members: [], waits: true, needsPerson: true },
  push: { members: ['polling', 'pollInterval', 'pollRetries'], waits: true, needsPerson: true },
  register: { members: [], reads: ['email', 'password'], waits: true, identifies: true },
  'password-reset': { members: [], reads: ['username'], waits: true, identifies: true },
  success: { members: [], waits: false, needsPerson: true, ends: true },
  error: { members: ['message', 'code', 'final'], needs: ['message'], waits: false, ends: true },
};

export const nodeTypes = Object.keys(kinds) as NodeType[];
export const isNodeType = (type: string): type is NodeType => Object.hasOwn(kinds, type);

/** What a form calls a value: Ping's own forms put `user.` before the attributes of the user. */
export const valueName = (key: string): string => key.replace(/^user\./, '');

/** The id of a node as a seed gives it. */
export const idOfNode = ({ id, type }: SeedNode): string => id ?? type;

function complete(node: SeedNode, following: SeedNode | undefined): FlowNode {
  const { type, name, description = '', fields = [], buttons = [], message = '', code = 'errorMessage', final = false } = node;
  const kind = type as NodeType;
  const next = kinds[kind].ends ? undefined : (node.next ?? (following && idOfNode(following)));
  const common = { id: idOfNode(node), next };
  if (kind === 'form')
    return {
      ...common,
      type: kind,
      name: name ?? common.id,
      description,
      fields,
      buttons: buttons.map((button, at) => ({
        key: button.key,
        label: button.label,
        type: button.type ?? (at === 0 ? 'SUBMIT_BUTTON' : 'FLOW_BUTTON'),
        next: button.next ?? next,
      })),
    };
  if (kind === 'push') {
    const { polling = 'challenge', pollInterval = 2000, pollRetries = 60 } = node;
    return { ...common, type: kind, polling: polling === 'continue' ? polling : 'challenge', pollInterval, pollRetries };
  }
  if (kind === 'error') return { ...common, type: kind, message, code, final };
  return { ...common, type: kind };
}

/** Completes nodes that `nodeProblems` has nothing to say about. */
export const completed = (nodes: readonly SeedNode[]): FlowNode[] => nodes.map((node, at) => complete(node, nodes[at + 1]));

/** The nodes of a flow policy: its own, or those of the ready flow that it names. The first one begins. */
export const nodesOf = ({ nodes, preset = 'sign-on' }: Pick<FlowPolicy, 'nodes' | 'preset'>): FlowNode[] =>
  completed(nodes ?? presets[preset] ?? presets['sign-on'] ?? []);
