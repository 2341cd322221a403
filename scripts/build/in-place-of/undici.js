// Of undici, what the relay uses. Its own index takes mocks, caches, WebSockets and fetch along, which would lie in memory.
import api from 'undici/lib/api/index.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { getGlobalDispatcher } from 'undici/lib/global.js';

Object.assign(Dispatcher.prototype, api);

/** As undici's own, of a text alone: https://undici.nodejs.org/#/?id=undicirequesturl-options-promise */
export function request(url, { dispatcher = getGlobalDispatcher(), method = 'GET', ...options }) {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...options, method, origin, path: pathname + search });
}

/** By these jsforce would ask, if the relay did not give its connections another way: relay/salesforce/whole-answers.ts. */
export function fetch() {
  throw new Error('The relay does not fetch.');
}
export { Agent, errors, fetch as ProxyAgent, fetch as Response, Pool };
