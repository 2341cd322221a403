import { inspect } from 'node:util';

/** What is seen in place of a secret. */
const HIDDEN = '[hidden]';

/**
 * Keeps the secrets of an object out of sight wherever the object is printed, put into an error or turned into JSON; who
 * asks for one by its name gets it. A copy by spread shows them again: conceal the copy.
 * @returns the same object
 */
export function concealed<T extends object>(object: T, secrets: readonly (keyof T)[]): T {
  const shown = () => ({
    ...object,
    ...Object.fromEntries(secrets.filter((name) => object[name] !== undefined).map((name) => [name, HIDDEN])),
  });
  return Object.defineProperties(object, { [inspect.custom]: { value: shown }, toJSON: { value: shown } });
}
