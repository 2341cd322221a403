import { openSqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

export interface StorePlace {
  databaseUrl: string | undefined;
  databaseCertificate?: string | undefined;
  dataDir: string;
}

/**
 * The store of this environment: PostgreSQL where an address is given, else SQLite in the folder.
 * @throws RelayError DATA_DIR_UNWRITABLE, STORE_BUSY, STORE_NEWER, DATABASE_UNREACHABLE, STORE_FAILED
 */
export async function openStore(where: StorePlace): Promise<Store> {
  if (where.databaseUrl === undefined) return openSqliteStore(where.dataDir);
  // Its client is loaded where it is used.
  const { openPostgresStore } = await import('./postgres-store.ts');
  return openPostgresStore(where.databaseUrl, undefined, where.databaseCertificate);
}
