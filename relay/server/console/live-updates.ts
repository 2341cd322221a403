import type { Request, Response } from 'express';
import { RelayError } from '../../config/relay-error.ts';
import type { Overview } from './contract.ts';
import type { OverviewDesk } from './overview.ts';

const MOST_WATCHERS = 20;
/** Between two looks, ms. */
const LOOK_MS = 1_000;
/** A proxy cuts a connection that is silent for a minute; and so often it is asked whether the login still counts, ms. */
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow reader before updates pass it over. */
const MOST_WAITING = 256 * 1_024;

export interface LiveUpdatesOptions {
  desk: OverviewDesk;
  /** Whether the one who sent it still may watch. */
  isAllowed(request: Request): boolean;
  /** Does something again and again, every so many ms. Returns how to stop it. */
  every?: (act: () => void, ms: number) => () => void;
}

/** Server-sent events: an `overview` when it changed, at most one a second. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface LiveUpdates {
  watch(request: Request, response: Response): void;
}

interface Watcher {
  request: Request;
  response: Response;
  told: string | undefined;
}

export function createLiveUpdates({ desk, isAllowed, every = interval }: LiveUpdatesOptions): LiveUpdates {
  const watchers = new Set<Watcher>();
  let stops: (() => void)[] = [];

  const tell = async () => {
    const overview = await desk.look().catch(() => undefined);
    if (overview === undefined) return;
    const changed = withoutTime(overview);
    const message = `event: overview\ndata: ${JSON.stringify(overview)}\n\n`;
    for (const watcher of watchers) {
      if (watcher.told === changed || watcher.response.writableLength > MOST_WAITING) continue;
      watcher.told = changed;
      watcher.response.write(message);
    }
  };
  const beat = () => {
    for (const { request, response } of watchers) {
      if (isAllowed(request)) response.write(': alive\n\n');
      else response.end();
    }
  };
  const start = () => {
    stops = [every(() => void tell(), LOOK_MS), every(beat, HEARTBEAT_MS)];
  };
  const stop = () => {
    for (const stopOne of stops) stopOne();
    stops = [];
  };

  return {
    watch(request, response) {
      if (watchers.size >= MOST_WATCHERS)
        throw new RelayError('CONSOLE_TOO_MANY_WATCHERS', 'Too many pages watch this relay already.');
      const watcher: Watcher = { request, response, told: undefined };
      watchers.add(watcher);
      if (stops.length === 0) start();
      response.on('close', () => {
        watchers.delete(watcher);
        if (watchers.size === 0) stop();
      });
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // nginx would hold the events back: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
        'x-accel-buffering': 'no',
      });
      response.write(': hello\n\n');
      void tell();
    },
  };
}

function interval(act: () => void, ms: number): () => void {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
}

function withoutTime({ now: _, ...overview }: Overview): string {
  return JSON.stringify(overview);
}
