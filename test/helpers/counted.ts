/** A list that counts how often an item of it is read. */
export function counted<T>(items: readonly T[]): { list: T[]; reads(): number } {
  let reads = 0;
  const list = new Proxy([...items], {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => reads };
}
