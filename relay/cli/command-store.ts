import type { Environment } from '../config/environment.ts';
import { isRelayError } from '../config/relay-error.ts';
import { openStore } from '../store/open-store.ts';
import { openSqliteStoreBeside } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';

/** A command's way to the store. */
export interface CommandStore {
  store: Store;
  /** A relay runs on it for sure; when false, one may still be found among those that share it. */
  isBesideRelay: boolean;
}

/** @throws RelayError as opening the store does */
export async function openCommandStore(environment: Environment): Promise<CommandStore> {
  try {
    return { store: await openStore(environment), isBesideRelay: false };
  } catch (error) {
    if (!isRelayError(error) || error.code !== 'STORE_BUSY') throw error;
    return { store: openSqliteStoreBeside(environment.dataDir), isBesideRelay: true };
  }
}

/** On a store that many share, it says whether one of them listens. */
export async function isRelayBeside({ store, isBesideRelay }: CommandStore): Promise<boolean> {
  if (isBesideRelay) return true;
  const { epoch, hasSubscriber, isSubscriber } = await store.join();
  await store.leave(epoch);
  return hasSubscriber && !isSubscriber;
}
