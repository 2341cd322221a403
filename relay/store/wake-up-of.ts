import { isRecordIdOf } from '../mapping/record.ts';
import type { RecordChange } from './store.ts';

/** Makes a record due that waited for something of another. Key prefixes tell the objects apart. */
export function wakeUpOf(recordId: string): RecordChange {
  const object = isRecordIdOf('Lead', recordId) ? 'Lead' : 'Contact';
  return { recordId, object, isDeletion: false, hint: undefined, isForced: false, lane: 'live' };
}
