import type { Value } from './values.js';

/** The position of a node in the text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What follows a value: `.name`, `[index]`, `.?[condition]`, `.![result]`. */
export type PathStep = Span &
  (
    | { readonly kind: 'member'; readonly name: string }
    | { readonly kind: 'index'; readonly index: Node }
    | { readonly kind: 'select'; readonly which: 'all' | 'first' | 'last'; readonly condition: Node }
    | { readonly kind: 'project'; readonly result: Node }
  );

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'matches' | 'between';

/** A parsed expression. Operators of one level are in one node, so that long sums do not nest. */
export type Node = Span &
  (
    | { readonly kind: 'literal'; readonly value: Value }
    /** A member of the current object: at first of the root, within `[…]` of the element. */
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'root' | 'this' }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Node, value: Node])[] }
    | { readonly kind: 'array'; readonly type: string; readonly sizes: readonly Node[]; readonly items?: readonly Node[] }
    | { readonly kind: 'path'; readonly start: Node; readonly steps: readonly PathStep[] }
    | { readonly kind: 'unary'; readonly operator: '+' | '-' | '!'; readonly operand: Node }
    | {
        readonly kind: 'chain';
        readonly first: Node;
        readonly rest: readonly { readonly operator: BinaryOperator; readonly operand: Node }[];
      }
    | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly operands: readonly Node[] }
    | { readonly kind: 'choice'; readonly condition: Node; readonly yes: Node; readonly no: Node }
    | { readonly kind: 'default'; readonly value: Node; readonly otherwise: Node }
  );

/** A part of a node. In brackets, as in `.?[…]`, a name is one of the element. */
export interface Part {
  readonly node: Node;
  readonly ofElement: boolean;
}

const plain = (nodes: readonly Node[]): Part[] => nodes.map((node) => ({ node, ofElement: false }));

function partsOfStep(step: PathStep): Part[] {
  switch (step.kind) {
    case 'member':
      return [];
    case 'index':
      // As an index of an object, a name is just a name.
      return step.index.kind === 'name' ? [] : plain([step.index]);
    case 'select':
      return [{ node: step.condition, ofElement: true }];
    case 'project':
      return [{ node: step.result, ofElement: true }];
  }
}

/** The direct parts of a node. */
export function partsOf(node: Node): Part[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'root':
    case 'this':
      return [];
    case 'call':
      return plain(node.args);
    case 'list':
      return plain(node.items);
    case 'map':
      return plain(node.entries.flat());
    case 'array':
      return plain([...node.sizes, ...(node.items ?? [])]);
    case 'path':
      return [...plain([node.start]), ...node.steps.flatMap(partsOfStep)];
    case 'unary':
      return plain([node.operand]);
    case 'chain':
      return plain([node.first, ...node.rest.map(({ operand }) => operand)]);
    case 'logic':
      return plain(node.operands);
    case 'choice':
      return plain([node.condition, node.yes, node.no]);
    case 'default':
      return plain([node.value, node.otherwise]);
  }
}
