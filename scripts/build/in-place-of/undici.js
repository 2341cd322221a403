// Of undici, what the relay and jsforce use. Its own index takes mocks, caches and WebSockets along, which would lie in memory.
import api from 'undici/lib/api/index.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { getGlobalDispatcher } from 'undici/lib/global.js';
import { fetch } from 'undici/lib/web/fetch/index.js';
import { Response } from 'undici/lib/web/fetch/response.js';

Object.assign(Dispatcher.prototype, api);

/** As undici's own, of a text alone: https://undici.nodejs.org/#/?id=undicirequesturl-options-promise */
export function request(url, { dispatcher = getGlobalDispatcher(), method = 'GET', ...options }) {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...options, method, origin, path: pathname + search });
}

export { Agent, errors, fetch, Pool, ProxyAgent, Response };
