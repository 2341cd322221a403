import type { SeenRequest } from '../emulators/proxy.ts';
import type { World } from '../emulators/world.ts';

/**
 * What happens to one request.
 * - `answer`: this instead of what was asked for
 * - `reset`: the connection breaks before the other side has the request
 * - `lost`: done, and the connection breaks before a byte of the answer
 * - `cut`: done, and the answer breaks off in its middle
 * - `stall`: no answer for so many ms, then the connection breaks
 */
export type Treatment =
  | { kind: 'answer'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'reset' | 'lost' | 'cut' }
  | { kind: 'stall'; ms: number };

/** What a fault does to a request, or to the world around the relay while the request goes on (undefined). */
export type Strike = (request: SeenRequest, world: World) => Treatment | undefined;

/** Requests to exactly this path. */
export function exactly(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** A page of a proxy, as both sides send them. */
export const PAGE = {
  kind: 'answer',
  status: 503,
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body>cloudflare</body></html>',
  headers: { 'content-type': 'text/html' },
} as const satisfies Treatment;
