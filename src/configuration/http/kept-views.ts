import { KeptView } from '../../pingone/pretty-json.js';

/** The largest page (`paging.ts`). Beyond it, views are made again: those of all users of a large environment would fill the memory. */
const most = 1000;

interface Kept<A> {
  readonly view: KeptView;
  readonly about: A;
}

/**
 * Keeps how lists show stored items. An item is never changed in place, so its view holds for as long as it is the stored one and what
 * else it is made of, such as the address of its environment, is the same; it is dropped with the item.
 */
export function keepViews<T extends object, A extends readonly unknown[]>(show: (item: T, ...about: A) => object) {
  let kept = new WeakMap<T, Kept<A>>();
  let count = 0;
  return (item: T, ...about: A): KeptView => {
    const known = kept.get(item);
    if (known && about.every((value, at) => value === known.about[at])) return known.view;
    if (!known) count += 1;
    if (count > most) {
      kept = new WeakMap();
      count = 1;
    }
    const view = new KeptView(show(item, ...about));
    kept.set(item, { view, about });
    return view;
  };
}
