/** Finds the endpoint of a path, with its parts decoded. */
import type { Endpoint } from './call-context.ts';
import { eventEndpoint } from './event-endpoint.ts';
import { identityEndpoints } from './identity-endpoints.ts';
import { messageEndpoint } from './message-endpoint.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { userEndpoints } from './user-endpoints.ts';

interface Route {
  endpoint: Endpoint;
  path: string[];
}

export interface Routed {
  endpoint: Endpoint;
  params: Record<string, string>;
}

const routes = new Map<string, Route[]>();

const inApp = [...userEndpoints, ...identityEndpoints, ...subscriptionEndpoints, eventEndpoint];
for (const endpoint of inApp) add(endpoint, ['apps', ':app', ...endpoint.path]);
add(messageEndpoint, messageEndpoint.path);

function add(endpoint: Endpoint, path: string[]): void {
  const key = `${endpoint.method} ${path.length}`;
  routes.set(key, [...(routes.get(key) ?? []), { endpoint, path }]);
}

function paramsOf(path: string[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, name] of path.entries()) {
    const part = parts[index] ?? '';
    if (name.startsWith(':')) params[name.slice(1)] = part;
    else if (name !== part) return undefined;
  }
  return params;
}

/**
 * @param path without the query
 * @returns nothing for an unknown path or method; `malformed` if a part isn't valid percent-encoding
 */
export function route(method: string, path: string): Routed | 'malformed' | undefined {
  let parts: string[];
  try {
    parts = path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return 'malformed';
  }
  if (parts.includes('')) return undefined;
  for (const { endpoint, path: expected } of routes.get(`${method} ${parts.length}`) ?? []) {
    const params = paramsOf(expected, parts);
    if (params) return { endpoint, params };
  }
  return undefined;
}
