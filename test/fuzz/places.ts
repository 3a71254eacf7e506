import type { Chance } from './chance.js';
import type { Stock } from './stock.js';

/** Paths and bodies that were right once, by the operation that they belong to. */

interface Template {
  readonly method: string;
  /** As in the OpenAPI document: /users/{userId}. */
  readonly path: string;
}

/** What is kept of each. */
const most = 12;

const isParameter = (part: string): boolean => part.startsWith('{');

/** Keeps the newest. */
class Ring<T> {
  #items: T[] = [];

  add(item: T): void {
    this.#items = [...this.#items.filter((one) => one !== item), item].slice(-most);
  }

  remove(item: T): void {
    this.#items = this.#items.filter((one) => one !== item);
  }

  pick(chance: Chance): T | undefined {
    return this.#items.length === 0 ? undefined : chance.pick(this.#items);
  }
}

interface Node {
  readonly parts: Map<string, Node>;
  parameter?: Node;
  template?: string;
}

const newNode = (): Node => ({ parts: new Map() });

const ringOf = <T>(rings: Map<string, Ring<T>>, name: string): Ring<T> => {
  const ring = rings.get(name) ?? new Ring<T>();
  rings.set(name, ring);
  return ring;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonType = 'application/json';

export class Places {
  readonly #root = newNode();
  #paths = new Map<string, Ring<string>>();
  #bodies = new Map<string, Ring<unknown>>();
  /** A certificate that a key has. */
  certificate = '';

  constructor(templates: readonly Template[]) {
    for (const { path } of templates) {
      let node = this.#root;
      for (const part of path.split('/')) {
        const next: Node = isParameter(part) ? (node.parameter ?? newNode()) : (node.parts.get(part) ?? newNode());
        if (isParameter(part)) node.parameter = next;
        else node.parts.set(part, next);
        node = next;
      }
      node.template = path;
    }
  }

  #templateOf(path: string): string | undefined {
    let node: Node | undefined = this.#root;
    for (const part of path.split('/')) node = node?.parts.get(part) ?? node?.parameter;
    return node?.template;
  }

  /** Begins anew, with what an environment has been stocked with. */
  learnStock({ answers, bodies, certificate }: Stock): void {
    this.#paths = new Map();
    this.#bodies = new Map();
    this.certificate = certificate;
    for (const { method, path, text } of answers) this.learn(method, `/v1${path}`, text);
    for (const { method, path, type, body } of bodies) this.#learnBody(method, path, body, type);
  }

  #learnPath(path: string): void {
    const template = this.#templateOf(path);
    if (template?.includes('{')) ringOf(this.#paths, template).add(path);
  }

  #learnBody(method: string, path: string, body: unknown, type = jsonType): void {
    const template = this.#templateOf(path);
    if (template !== undefined) ringOf(this.#bodies, `${method} ${template} ${type}`).add(body);
  }

  /** Forgets a path where nothing is any more. */
  forget(path: string): void {
    const [asked = ''] = path.split('?');
    this.#paths.get(this.#templateOf(asked) ?? '')?.remove(asked);
  }

  /** Learns from an answer that is a success. */
  learn(method: string, path: string, text: string): void {
    const [asked = ''] = path.split('?');
    this.#learnPath(asked);
    let links = 0;
    for (const [, href = ''] of text.slice(0, 20_000).matchAll(/"href"\s*:\s*"https?:\/\/[^/"]+(\/[^"?{]+)/g)) {
      this.#learnPath(href);
      links += 1;
      if (links === 40) break;
    }
    if (text.length > 20_000 || !text.startsWith('{')) return;
    const item = parsed(text);
    if (!isObject(item)) return;
    if (method === 'POST' && typeof item.id === 'string') {
      this.#learnPath(`${asked}/${item.id}`);
      this.#learnBody('PUT', `${asked}/${item.id}`, item);
    } else if (method === 'GET' && isObject(item._embedded)) {
      for (const one of Object.values(item._embedded).flat().slice(0, 3)) if (isObject(one)) this.#learnBody('POST', asked, one);
    } else if (method === 'GET') this.#learnBody('PUT', asked, item);
  }

  /** A path of an operation, or of what is above it: what is left has to be made up. */
  pathOf(template: string, chance: Chance): { readonly path: string; readonly rest: readonly string[] } | undefined {
    const parts = template.split('/');
    for (let length = parts.length; length > 3; length -= 1) {
      const known = this.#paths.get(parts.slice(0, length).join('/'))?.pick(chance);
      if (known !== undefined) return { path: known, rest: parts.slice(length) };
    }
    return undefined;
  }

  bodyOf({ method, path }: Template, type: string, chance: Chance): unknown {
    return this.#bodies.get(`${method} ${path} ${type}`)?.pick(chance);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
