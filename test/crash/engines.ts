import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../relay/store/open-store.ts';
import { openDatabaseBeside } from '../../relay/store/sqlite-database.ts';
import type { Store } from '../../relay/store/store.ts';
import { startPostgres } from '../emulators/postgres.ts';

export const ENGINE_NAMES = ['sqlite', 'postgres'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The store of one seed. */
export interface StorePlace {
  /** Points a relay at it. */
  variables: Record<string, string>;
  /** Opens it beside or after the relay, looks, and closes it again. */
  look<T>(look: (store: Store) => Promise<T>): Promise<T>;
  /** Brings the times at which users are to be asserted so much nearer, under the relay that runs on it. */
  bringAssertionsNearer(ms: number): Promise<void>;
  /** Lets the time be over in which addresses may yet be made, under a relay that runs on it or before one does. */
  letAddressesLand(): Promise<void>;
  discard(): void;
}

export interface Engine {
  name: EngineName;
  /** How many seeds wait well beside each other. */
  parallel: number;
  /** A kill at a moment comes at most so long after the start, ms. */
  latestMomentMs: number;
  newPlace(): StorePlace;
  close(): Promise<void>;
}

const LET_ADDRESSES_LAND = 'UPDATE addresses SET making_until = 0 WHERE making_until IS NOT NULL';

export async function startEngine(name: EngineName): Promise<Engine> {
  return name === 'sqlite' ? sqlite() : postgres();
}

function sqlite(): Engine {
  return {
    name: 'sqlite',
    parallel: 4,
    latestMomentMs: 3_000,
    newPlace() {
      const dataDir = mkdtempSync(join(tmpdir(), 'crash-'));
      const change = async (statement: string, values: number[] = []) => {
        const { database, close } = openDatabaseBeside(dataDir);
        try {
          database.prepare(statement).run(...values);
        } finally {
          close();
        }
      };
      return {
        variables: { RELAY_DATA_DIR: dataDir },
        look: (look) => lookInto({ databaseUrl: undefined, dataDir }, look),
        bringAssertionsNearer: (ms) => change('UPDATE users SET assert_at = assert_at - ?', [ms]),
        letAddressesLand: () => change(LET_ADDRESSES_LAND),
        discard: () => rmSync(dataDir, { recursive: true, force: true }),
      };
    },
    close: () => Promise.resolve(),
  };
}

/** One server, a schema for each seed. A relay that was killed keeps its part for some seconds, in which the next one waits. */
async function postgres(): Promise<Engine> {
  const server = await startPostgres();
  let places = 0;
  return {
    name: 'postgres',
    parallel: 8,
    latestMomentMs: 12_000,
    newPlace() {
      places += 1;
      const schema = `crash_${places}`;
      const url = server.url(schema);
      return {
        variables: { DATABASE_URL: url },
        look: (look) => lookInto({ databaseUrl: url, dataDir: '' }, look),
        async bringAssertionsNearer(ms) {
          await server.query(schema, 'UPDATE users SET assert_at = assert_at - $1', [ms]);
        },
        async letAddressesLand() {
          await server.query(schema, LET_ADDRESSES_LAND);
        },
        // Gone with the server.
        discard: () => undefined,
      };
    },
    close: () => server.remove(),
  };
}

async function lookInto<T>(
  where: { databaseUrl: string | undefined; dataDir: string },
  look: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(where);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}
