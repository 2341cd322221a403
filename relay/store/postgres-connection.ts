import { type ClientConfig, Pool, type PoolClient, TypeOverrides } from 'pg';
import type { DatabaseUrl } from '../config/database-url.ts';
import { isRelayError } from '../config/relay-error.ts';
import { storeFailure } from './postgres-failure.ts';
import { serverIsProven } from './postgres-tls.ts';

/** Until a connection is there, ms. */
const CONNECT_MS = 5_000;

/** A server that is frozen answers nothing: after so long the statement has failed, ms. */
const ANSWER_MS = 10_000;

/**
 * After which the server itself gives up, ms. A process that is frozen within a transaction must not hold up the
 * others' heartbeats for longer than their parts last (part-times.ts), so an idle transaction ends first.
 */
const SERVER_TIMEOUTS = {
  statement_timeout: 8_000,
  lock_timeout: 4_000,
  idle_in_transaction_session_timeout: 2_000,
} as const;

/**
 * Each statement looks up some keys, or reads an index from its head. Tables that fill and empty by the minute have
 * statistics of another time, by which the planner would now and then read and sort all of them instead.
 * https://www.postgresql.org/docs/current/runtime-config-query.html
 */
const BY_INDEX = ['bitmapscan', 'hashjoin', 'mergejoin'].map((plan) => `-c enable_${plan}=off`);

/** `bigint` columns hold times and counts, which are exact as numbers. Its type number: `SELECT 'bigint'::regtype::int`. */
const BIGINT = 20;

export type Row = Record<string, unknown>;

export interface Transaction {
  query(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Other processes are told when this is committed. */
  announce(): void;
}

export interface Connections {
  /** One statement, as a transaction of its own. */
  query(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database, and how to know it. */
export interface DatabasePlace extends DatabaseUrl {
  /** Trusted for it besides the authorities that all trust, PEM. */
  certificate: string | undefined;
}

/** How every connection of the store is made. */
export function connectionConfig({ server, schema, hasTls, certificate }: DatabasePlace): ClientConfig {
  const types = new TypeOverrides();
  types.setTypeParser(BIGINT, Number);
  const url = new URL(server);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', [...BY_INDEX, given, `-c search_path=${schema}`].join(' '));
  return {
    ...SERVER_TIMEOUTS,
    connectionString: url.href,
    // Said in any case: else PGSSLMODE of the process could ask the driver for a TLS that proves nothing.
    ssl: hasTls ? serverIsProven(certificate) : false,
    application_name: 'onesignal-salesforce-relay',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    types,
  };
}

/** @param announcement the channel, and what tells this process from the others */
export function openConnections(place: DatabasePlace, announcement: readonly [string, string]): Connections {
  const pool = new Pool({ ...connectionConfig(place), max: 8 });
  // A connection that breaks while nobody uses it is replaced by the pool; one in use makes its statement fail.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const clients = new Set<PoolClient>();
  pool.on('acquire', (client) => clients.add(client));
  pool.on('remove', (client) => clients.delete(client));
  let closing: Promise<void> | undefined;

  return {
    query: (sql, values) => withClient(pool, (client) => run(client, sql, values)),
    transaction: (work) => withClient(pool, (client) => inTransaction(client, announcement, work)),
    close: () => {
      closing ??= pool.end().then(() => {
        // A server that is frozen never says goodbye.
        for (const client of clients) client.connection.stream.destroy();
      });
      return closing;
    },
  };
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient | undefined;
  let isFit = false;
  try {
    client = await pool.connect();
    const value = await work(client);
    isFit = true;
    return value;
  } catch (error) {
    isFit = isRelayError(error);
    throw isRelayError(error) ? error : storeFailure(error);
  } finally {
    client?.release(!isFit);
  }
}

async function inTransaction<T>(
  client: PoolClient,
  announcement: readonly [string, string],
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let isAnnounced = false;
  await run(client, 'BEGIN');
  try {
    const value = await work({
      query: (sql, values) => run(client, sql, values),
      announce: () => {
        isAnnounced = true;
      },
    });
    if (isAnnounced) await run(client, 'SELECT pg_notify($1, $2)', announcement);
    await run(client, 'COMMIT');
    return value;
  } catch (error) {
    // Any other error ends the connection, and with it the transaction.
    if (isRelayError(error)) await run(client, 'ROLLBACK');
    throw error;
  }
}

async function run(client: PoolClient, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await client.query<Row>(sql, values.map(sendable));
  return rows;
}

/** PostgreSQL keeps every character but this one: https://www.postgresql.org/docs/current/datatype-character.html */
function sendable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd');
  return Array.isArray(value) ? value.map(sendable) : value;
}
