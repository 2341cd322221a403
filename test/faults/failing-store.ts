import type { Store } from '../../relay/store/store.ts';

/**
 * The store, in which a method can be struck. `before` is called as the relay calls the method and may throw instead of
 * it; `after` once it is done, and may throw although it is. Its clock can be moved on.
 */
export function failingStore(
  store: Store,
  {
    before,
    after,
    aheadMs,
  }: {
    before(method: string): void | Promise<void>;
    after(method: string): void;
    /** How far the clock is ahead now. */
    aheadMs(): number;
  },
): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name === 'symbol') return value;
      // These give no promise: they never fail.
      if (name === 'now') return () => target.now() + aheadMs();
      if (name === 'onChange') return value.bind(target);
      return async (...given: unknown[]) => {
        await before(name);
        const result: unknown = await value.apply(target, given);
        after(name);
        return result;
      };
    },
  });
}
