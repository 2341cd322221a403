import { statfsSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import type { Store } from '../store/store.ts';
import { type Finding, fail, pass, warn } from './check.ts';

const MEGABYTE = 1024 * 1024;
const TOO_LITTLE_MB = 100;
const LITTLE_MB = 1_000;
/** Salesforce keeps high-volume events for 72 hours: https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_event_limits.htm */
const WINDOW_MS = 72 * 3_600_000;

/** A store that opens, and how large it is. */
export async function checkStore(store: Store): Promise<Finding> {
  const { bytes, rows } = await store.size();
  const megabytes = (bytes / MEGABYTE).toFixed(1);
  return pass(
    `The store opens and can be written. It takes ${megabytes} MB: ${rows.records} records, ${rows.users} users.`,
  );
}

export function checkDisk({ databaseUrl, dataDir }: Environment): Finding {
  if (databaseUrl !== undefined) return pass('The store is in PostgreSQL, whose disk can’t be seen from here.');
  const { bavail, bsize } = statfsSync(dataDir);
  const free = Math.floor((bavail * bsize) / MEGABYTE);
  const says = `${free} MB are free where the store is (${dataDir}).`;
  const fix = 'Make room, or point RELAY_DATA_DIR at a larger disk.';
  if (free < TOO_LITTLE_MB) return fail(says, fix);
  return free < LITTLE_MB ? warn(says, fix) : pass(says);
}

export async function checkCursor(store: Store, channel: string): Promise<Finding> {
  const movedAt = await store.cursorMovedAt(channel);
  if (movedAt === undefined) return pass('There is no place in the stream yet: the relay has had no event.');
  const hours = Math.floor((store.now() - movedAt) / 3_600_000);
  const says = `The last event was taken ${hours === 0 ? 'within the hour' : `${hours} hours ago`}.`;
  if (store.now() - movedAt <= WINDOW_MS) return pass(says);
  return warn(
    `${says} Salesforce keeps events for 72 hours only.`,
    'If records changed since, start the relay: it reads all of them by reconcile.',
  );
}

export async function checkFailures(store: Store): Promise<Finding> {
  const { deadLetters, due } = await store.counts();
  if (deadLetters === 0) return pass(`No record has failed; ${due} wait to be synced.`);
  return warn(
    `${deadLetters} records failed, or Salesforce refuses their status.`,
    'See them with `failures list`; once their cause is gone, `failures retry --all`.',
  );
}
