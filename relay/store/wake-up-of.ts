import { objectOf } from '../mapping/record.ts';
import type { RecordChange } from './store.ts';

/** Makes a record due that waited for something of another. */
export function wakeUpOf(recordId: string): RecordChange {
  const object = objectOf(recordId);
  return { recordId, object, isDeletion: false, hint: undefined, isForced: false, lane: 'live', cause: 'address_free' };
}
