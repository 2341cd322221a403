import type { Store } from '../../relay/store/store.ts';
import { isStoreWrite } from './steps.ts';

/** The store, in a process that is killed when a step of it is reached for the n-th time. */
export function killAtStep(store: Store, step: string | undefined, nth: number): Store {
  let left = nth;
  const reach = (reached: string) => {
    if (reached !== step) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (typeof name === 'symbol' || !isStoreWrite(name)) return value.bind(target);
      return async (...given: unknown[]) => {
        reach(`store.${name} before`);
        const result: unknown = await value.apply(target, given);
        reach(`store.${name} after`);
        return result;
      };
    },
  });
}
