import { type Node, type PathStep, partsOf } from './syntax.js';

/** A name, and its place in the text. */
export interface Name {
  readonly name: string;
  readonly at: number;
}

/** What an expression refers to, from the root on: `user`, `name`, `given`. It ends at a name that is computed instead of written. */
export type Reference = readonly Name[];

/** The name that a step is about; undefined for any other step. */
function nameOf(step: PathStep): Name | undefined {
  if (step.kind === 'member') return { name: step.name, at: step.to - step.name.length };
  if (step.kind !== 'index') return undefined;
  const { index } = step;
  if (index.kind === 'name') return { name: index.name, at: index.from };
  return index.kind === 'literal' && typeof index.value === 'string' ? { name: index.value, at: index.from } : undefined;
}

/** The names at the start of a node; undefined if it does not begin at the root. */
function leadingNames(node: Node, isRoot: boolean): Name[] | undefined {
  const start = node.kind === 'path' ? node.start : node;
  const names: Name[] = [];
  if (start.kind === 'name' && isRoot) names.push({ name: start.name, at: start.from });
  else if (start.kind !== 'root' && !(start.kind === 'this' && isRoot)) return undefined;
  for (const step of node.kind === 'path' ? node.steps : []) {
    const name = nameOf(step);
    if (!name) break;
    names.push(name);
  }
  return names;
}

/** Everything that a node refers to. */
export function referencesOf(node: Node, isRoot = true): Reference[] {
  const names = leadingNames(node, isRoot);
  const found: Reference[] = names && names.length > 0 ? [names] : [];
  for (const part of partsOf(node)) {
    if (names && node.kind === 'path' && part.node === node.start) continue;
    found.push(...referencesOf(part.node, isRoot && !part.ofElement));
  }
  return found;
}
