import { Client } from 'pg';
import { isRelayError, RelayError } from '../config/relay-error.ts';
import { connectionConfig, type DatabasePlace } from './postgres-connection.ts';
import { openFailure } from './postgres-failure.ts';

/** A migration may rewrite a large table, and others wait for it meanwhile. Ms. */
const MIGRATION_MS = 300_000;

/** The first of the two numbers of our advisory lock; the second is that of the schema. */
const LOCK = 1_867_014;

/**
 * Brings the store up to this version's schema, all of it or nothing; of several processes that start at once, one does.
 * @throws RelayError STORE_NEWER, DATABASE_UNREACHABLE, STORE_FAILED
 */
export async function migrate(place: DatabasePlace, migrations: readonly string[]): Promise<void> {
  const timeouts = { statement_timeout: MIGRATION_MS, lock_timeout: MIGRATION_MS, query_timeout: MIGRATION_MS };
  const client = new Client({ ...connectionConfig(place), ...timeouts });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK, place.schema]);
    await assertUnicode(client);
    await makeSchema(client, place.schema);
    await runMissing(client, place.schema, migrations);
    await client.query('COMMIT');
  } catch (error) {
    throw isRelayError(error) ? error : openFailure(error);
  } finally {
    await client.end();
  }
}

async function assertUnicode(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new RelayError('STORE_FAILED', `The database in DATABASE_URL keeps text as ${encoding}, but has to keep UTF8.`);
}

/** Not `IF NOT EXISTS` alone: that needs the right to make schemas even where somebody made it for us. */
async function makeSchema(client: Client, schema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(
    'CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())',
  );
}

async function runMissing(client: Client, schema: string, migrations: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM migrations',
  );
  const version = rows[0]?.version ?? 0;
  if (version > migrations.length) {
    throw new RelayError(
      'STORE_NEWER',
      `The store in schema ${schema} was written by a newer relay (its version is ${version}, this relay knows ${migrations.length}).`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    await client.query(sql);
    await client.query('INSERT INTO migrations (version) VALUES ($1)', [index + 1]);
  }
}
