import { parseDatabaseUrl } from '../../../relay/config/database-url.ts';
import { openConnections, type Transaction } from '../../../relay/store/postgres-connection.ts';
import { openPostgresStore } from '../../../relay/store/postgres-store.ts';
import type { Store, SyncResult } from '../../../relay/store/store.ts';
import { unitsToClaim } from '../../emulators/one-process.ts';
import { type PostgresServer, startPostgres } from '../../emulators/postgres.ts';
import { CHANNEL, change, T0 } from './store-samples.ts';

/** A store that is open, and the part of the process that we stand for. */
export interface Process {
  store: Store;
  epoch: number;
}

/** One server for the file and one schema a test; what a test opens is closed after it. */
export function severalProcesses() {
  let server: PostgresServer;
  let schema: string;
  let open: Store[];
  let schemas = 0;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    schemas += 1;
    schema = `shared_${schemas}`;
    open = [];
  });
  afterEach(async () => {
    for (const store of open) await store.close();
  });

  const query = (sql: string, values: readonly unknown[] = []) => server.query(schema, sql, values);

  /** @param settings further parts of the address */
  const openStore = async (settings = ''): Promise<Store> => {
    const store = await openPostgresStore(url() + settings);
    open.push(store);
    return store;
  };
  const url = () => server.url(schema);

  return {
    server: () => server,
    schema: () => schema,
    url,
    query,
    openStore,
    /** With a part that is longer than any test, until its next heartbeat. */
    startProcess: async (): Promise<Process> => {
      const store = await openStore();
      const { epoch } = await store.join();
      await query('UPDATE parts SET expires_at = expires_at + 3600000 WHERE epoch = $1', [epoch]);
      return { store, epoch };
    },
    /** The time of a part passes, as it does for a process that is frozen. */
    lapse: (epoch: number) => query('UPDATE parts SET expires_at = 1 WHERE epoch = $1', [epoch]),
  };
}

/** On connections as a store has them. */
export async function asConnection(url: string, work: (current: Transaction) => Promise<void>): Promise<void> {
  const connections = openConnections({ ...(parseDatabaseUrl(url) ?? missing()), certificate: undefined }, [
    'test',
    'test',
  ]);
  try {
    await connections.transaction(work);
  } finally {
    await connections.close();
  }
}

export function sync(epoch: number, given: Partial<SyncResult> = {}): SyncResult {
  return { epoch, released: [], leases: [], verdicts: [], links: [], users: [], forgottenUsers: [], ...given };
}

/** At rest until a moment that is long past. */
export const released = (key: string) => ({ key, freeAt: 5, isInDoubt: false });

export const batch = (epoch: number, ...ids: string[]) => ({
  epoch,
  channel: CHANNEL,
  replayId: '7',
  changes: ids.map((id) => change(id)),
  receivedAt: T0,
});

export const lease = ({ store, epoch }: Process, limit = 200) =>
  store.leaseDue({ epoch, limit, now: T0, leaseMs: 60_000 });

export const unitsOf = (...units: (readonly string[])[]) => unitsToClaim(units, false);

export const claim = async ({ store, epoch }: Process, key: string) =>
  (await store.claimUsers(unitsOf([key]), epoch))[0];

export function missing(): never {
  throw new Error('there should be one');
}
