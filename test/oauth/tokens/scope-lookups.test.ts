import t from 'tap';
import { type GrantedScopes, resolveScopes } from '../../../src/oauth/tokens/scopes.js';

/** Work that grows with the product of two lists of a request is counted, not timed. */

/** A list that counts how often an item of it is read. */
function counted<T>(items: readonly T[]): { list: T[]; reads(): number } {
  let reads = 0;
  const list = new Proxy([...items], {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => reads };
}

/** How often items are read to resolve as many scopes as are granted, all of them in the order that is worst for a search. */
function readsFor(size: number): number {
  const names = Array.from({ length: size }, (_, at) => `scope-${at}`);
  const [openid, own, asked] = [counted(['openid', ...names]), counted(names.map((name) => `own-${name}`)), counted(names.toReversed())];
  const resource = { id: 'r', name: 'Orders', type: 'CUSTOM' } as GrantedScopes['others'][number]['resource'];
  const { scopes } = resolveScopes({ openid: openid.list, others: [{ resource, scopes: own.list }] }, asked.list);
  t.equal(scopes.length, size);
  return openid.reads() + own.reads() + asked.reads();
}

t.test('resolving scopes reads each list a fixed number of times, however many scopes are asked for', async (t) => {
  const [half, whole] = [readsFor(500), readsFor(1000)];
  t.ok(whole <= 6 * 1000, `${whole} reads for 1000 scopes`);
  t.ok(whole <= 2.1 * half, `${half} for half of them`);
});
