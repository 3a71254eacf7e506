import type { SeedNode } from '../../environment/model/flow-policies.js';
import { nearest } from '../../lib/nearest.js';
import { completed, type FlowNode, idOfNode, isNodeType, kinds, nodeTypes, valueName } from './nodes.js';

/** What is wrong with the nodes of a flow: where, and what to do. */
export interface NodeProblem {
  /** Below `nodes`, such as `[2].next`. */
  readonly path: string;
  readonly message: string;
}

const suggestion = (name: string, known: readonly string[]): string => {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
};

/** Members that every node has. */
const common: readonly string[] = ['id', 'type', 'next'];

/** What is wrong with a single node and its references. */
function* ownProblems(node: SeedNode, at: number, ids: readonly string[], isLast: boolean): Generator<NodeProblem> {
  const { type, buttons = [], fields = [], next } = node;
  const place = `[${at}]`;
  if (!isNodeType(type))
    return yield { path: `${place}.type`, message: `there is no type "${type}"${suggestion(type, nodeTypes)} (${nodeTypes.join(', ')})` };
  const { members, needs = [], ends } = kinds[type];
  for (const name of Object.keys(node))
    if (!common.includes(name) && !members.includes(name as keyof SeedNode))
      yield { path: `${place}.${name}`, message: `a node of the type ${type} has no ${name}` };
  for (const name of needs) if (node[name] === undefined) yield { path: place, message: `a node of the type ${type} needs ${name}` };
  if (type === 'form' && node.buttons?.length === 0)
    yield { path: `${place}.buttons`, message: 'a form needs a button that leads to a next node' };
  if (ends && next !== undefined) yield { path: `${place}.next`, message: `nothing follows a node of the type ${type}` };
  const leads = type === 'form' ? buttons.some((button) => button.next === undefined) : !ends;
  if (isLast && leads && next === undefined)
    yield { path: place, message: 'the last node leads nowhere: make it a success or error node, or give it a next' };
  const unknown = (name: string, path: string): NodeProblem[] =>
    ids.includes(name) ? [] : [{ path, message: `there is no node "${name}"${suggestion(name, ids)}` }];
  if (next !== undefined && !ends) yield* unknown(next, `${place}.next`);
  for (const [n, button] of buttons.entries()) if (button.next !== undefined) yield* unknown(button.next, `${place}.buttons[${n}].next`);
  const keys = new Set<string>();
  for (const [list, items] of [
    ['fields', fields],
    ['buttons', buttons],
  ] as const)
    for (const [n, { key }] of items.entries()) {
      if (keys.has(key)) yield { path: `${place}.${list}[${n}].key`, message: `another field or button of the form has the key "${key}"` };
      keys.add(key);
    }
}

/** Where a node leads. */
export const leadsTo = (node: FlowNode): string[] =>
  node.type === 'form' ? node.buttons.flatMap(({ next }) => next ?? []) : node.next === undefined ? [] : [node.next];

/** The nodes that can be reached from some, going on only from nodes that `passes` lets through. */
function reachable(nodes: ReadonlyMap<string, FlowNode>, from: readonly string[], passes: (node: FlowNode) => boolean): Set<string> {
  const reached = new Set<string>(from);
  for (const id of reached) {
    const node = nodes.get(id);
    if (node && passes(node)) for (const next of leadsTo(node)) reached.add(next);
  }
  return reached;
}

/** What is wrong with the path through nodes that are each valid. */
function* wayProblems(list: readonly FlowNode[]): Generator<NodeProblem> {
  const nodes = new Map(list.map((node) => [node.id, node]));
  const first = list[0]?.id ?? '';
  const all = reachable(nodes, [first], () => true);
  if (!list.some(({ id, type }) => type === 'success' && all.has(id)))
    yield { path: '', message: 'no success node can be reached, so users could not sign on' };
  const collected = new Set(list.flatMap((node) => (node.type === 'form' ? node.fields.map(({ key }) => valueName(key)) : [])));
  const known = reachable(nodes, [first], ({ type }) => kinds[type].identifies !== true);
  const unasked = reachable(nodes, [first], ({ type }) => type !== 'form');
  for (const [at, { id, type }] of list.entries()) {
    const { reads = [], needsPerson } = kinds[type];
    if (!all.has(id)) yield { path: `[${at}]`, message: `no node leads to "${id}"` };
    const missing = reads.find((name) => !collected.has(name));
    if (missing !== undefined) yield { path: `[${at}]`, message: `${type} needs the field "${missing}", which no form has` };
    else if (reads.length > 0 && unasked.has(id))
      yield { path: `[${at}]`, message: `${type} comes before any form, so what it reads has not been entered yet` };
    if (needsPerson && known.has(id))
      yield {
        path: `[${at}]`,
        message: `${type} can be reached before the user is known: a password, register or password-reset node has to come first`,
      };
    const loop = !kinds[type].waits && leadsBack(nodes, id);
    if (loop) yield { path: `[${at}]`, message: `"${id}" leads back to itself without a form in between` };
  }
}

/** Whether a path leads from a node back to itself without passing a node that waits for the person. */
function leadsBack(nodes: ReadonlyMap<string, FlowNode>, id: string): boolean {
  const start = nodes.get(id);
  return start !== undefined && reachable(nodes, leadsTo(start), ({ type }) => !kinds[type].waits).has(id);
}

/** What is wrong with the nodes of a flow, in the order of the nodes. If a node is invalid, the path through them is not checked. */
export function nodeProblems(nodes: readonly SeedNode[]): NodeProblem[] {
  if (nodes.length === 0) return [{ path: '', message: 'expected at least one node' }];
  const ids = nodes.map(idOfNode);
  const own = nodes.flatMap((node, at) => [
    ...ownProblems(node, at, ids, at === nodes.length - 1),
    ...(ids.indexOf(ids[at] ?? '') < at
      ? [{ path: `[${at}]`, message: `another node is called "${ids[at]}": give this one its own id` }]
      : []),
  ]);
  return own.length > 0 ? own : [...wayProblems(completed(nodes))];
}
