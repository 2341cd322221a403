import type { SeenRequest } from '../emulators/proxy.ts';

/** What a request to either side is called in the list of steps. */

export function nameOneSignalRequest({ method, path }: SeenRequest): string {
  if (path.endsWith('/custom_events')) return 'custom_events';
  if (path.includes('/notifications')) return 'create_message';
  if (method === 'POST') return path.endsWith('/subscriptions') ? 'create_subscription' : 'create_user';
  if (path.includes('/subscriptions')) return nameSubscriptionRequest(method, path);
  if (method === 'PATCH') return path.endsWith('/identity') ? 'update_identity' : 'update_tags';
  if (method === 'DELETE') return path.includes('/identity/') ? 'delete_alias' : 'delete_user';
  return path.includes('relay-probe') ? 'probe' : 'view_user';
}

function nameSubscriptionRequest(method: string, path: string): string {
  if (method === 'DELETE') return 'delete_subscription';
  return path.endsWith('/owner') ? 'transfer_subscription' : 'update_subscription';
}

/** The external id of the user that a write to OneSignal is about; undefined for a read, and where only an address is named. */
export function userOfRequest({ method, path, body }: SeenRequest): string | undefined {
  if (method === 'GET') return undefined;
  const inPath = /\/users\/by\/external_id\/([^/?]+)/.exec(path)?.[1];
  if (inPath !== undefined) return decodeURIComponent(inPath);
  if (body === '') return undefined;
  return (JSON.parse(body) as { identity?: { external_id?: string } }).identity?.external_id;
}

export function nameSalesforceRequest({ path, body }: SeenRequest): string {
  if (path.startsWith('/cometd')) return nameCometdRequest(body);
  if (path.startsWith('/services/oauth2/token')) return 'token';
  if (path.includes('/composite/sobjects')) return 'collections';
  if (path.includes('/jobs/query')) return path.includes('/results') ? 'bulkResults' : 'bulkJob';
  if (path.includes('/queryAll')) return 'queryAll';
  if (path.includes('/query/')) return path.includes('/query/?') ? 'query' : 'query_more';
  if (path.includes('/query')) return 'query';
  return path.endsWith('/describe') ? 'describe' : (path.split('/').at(-1) ?? 'unknown');
}

/** The client posts its first connect and the subscribe in one array: what matters then is the subscribe. */
function nameCometdRequest(body: string): string {
  if (body.includes('"channel":"/meta/subscribe"')) return 'subscribe';
  return /"channel":"\/meta\/(\w+)"/.exec(body)?.[1] ?? 'cometd';
}

/** A connect that brings events is a step of its own. */
export function nameSalesforceAnswer(name: string, answer: string): string {
  return name === 'connect' && answer.includes('"channel":"/event/') ? 'delivery' : name;
}
