import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';

/** Between a connection that broke and the next, ms. */
const RECONNECT_MS = 1_000;

/** How often the connection is tried while nothing comes: one that is half open says nothing at all. Ms. */
const PROBE_MS = 15_000;

export interface ChangeListener {
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Hears what other processes announce, on a connection of its own that is made anew whenever it breaks. What was
 * announced in between is not heard, so the listeners are called then too.
 */
export function createChangeListener(config: ClientConfig, [channel, self]: readonly [string, string]): ChangeListener {
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  const tellAll = () => {
    for (const listener of listeners) listener();
  };

  const listen = async () => {
    while (!closing.signal.aborted) {
      await hear(config, channel, closing.signal, tellAll, self).catch(() => undefined);
      await sleep(RECONNECT_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  return {
    onChange(listener) {
      listeners.add(listener);
      running ??= listen();
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** One connection, until it breaks or `signal` ends it. */
async function hear(
  config: ClientConfig,
  channel: string,
  signal: AbortSignal,
  tellAll: () => void,
  self: string,
): Promise<void> {
  const client = new Client(config);
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => {
    if (payload !== self) tellAll();
  });
  signal.addEventListener('abort', end);
  const probe = setInterval(() => void client.query('SELECT').catch(end), PROBE_MS);
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    tellAll();
    await isOver;
  } finally {
    clearInterval(probe);
    signal.removeEventListener('abort', end);
    // Not `end()`, which waits for the server.
    client.connection.stream.destroy();
  }
}
