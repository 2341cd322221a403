import type { ObjectName } from '../mapping/record.ts';
import type { RecordChange } from './store.ts';

/** Makes a failed record due as if somebody had asked for a resync. */
export function retryOf(recordId: string, object: ObjectName): RecordChange {
  return { recordId, object, isDeletion: false, hint: undefined, isForced: true, lane: 'live', cause: 'retry' };
}
