import type { Value } from './values.js';

/** Where a node stands in the text. */
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

/** A parsed expression. Operators of one level stand in one node, so that long sums do not nest. */
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
