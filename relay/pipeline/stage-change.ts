import { z } from 'zod';
import { isObjectName, isRecordIdOf, type StageHint } from '../mapping/record.ts';
import type { StageMove } from '../mapping/stage-transition.ts';
import { unixSeconds } from '../mapping/transforms.ts';
import type { RecordChange } from '../store/store.ts';

/** Why an event, or a part of it, was of no use. Counted, and logged once by reason. */
export type EventFault = 'no_payload' | 'no_record_id' | 'unknown_object' | 'unknown_change_type' | 'unknown_fields';

/** A value of another type counts as none: it must not cost the record that the event names. */
const TEXT = z.string().nullish().catch(undefined);

const PAYLOAD = z.looseObject({
  Record_Id__c: TEXT,
  Object_Name__c: TEXT,
  Change_Type__c: TEXT,
  Stage__c: TEXT,
  Prior_Stage__c: TEXT,
  Contact_Id__c: TEXT,
  Changed_At__c: TEXT,
  CreatedById: TEXT,
});
type Payload = z.infer<typeof PAYLOAD>;

const KNOWN_FIELDS = new Set([...Object.keys(PAYLOAD.shape), 'CreatedDate', 'EventUuid', 'ReplayId']);
const CHANGE_TYPES = new Set(['Created', 'StageChanged', 'DetailsChanged', 'Converted', 'Deleted', 'ResyncRequested']);
/** Of these the event's time can be the time of the stage. */
const STAGE_MOVES = new Set(['Created', 'StageChanged', 'Converted']);

/** What one event says. */
export interface StageChange {
  changes: RecordChange[];
  /** The same for changes that one user made to many records alike: a crowd is told by it. */
  kind: string | undefined;
  /** Its stage serves custom events only: what a record's tags are to be, the record says. */
  move: StageMove | undefined;
  faults: EventFault[];
}

/**
 * Which records an event asks us to look at. The event is a doorbell: the record's values are read from the record.
 * A conversion also asks for the contact, which may have no event of its own.
 */
export function readStageChange(payload: unknown): StageChange {
  const parsed = PAYLOAD.safeParse(payload);
  if (!parsed.success) return unusable('no_payload');
  const event = parsed.data;
  const { Record_Id__c: recordId, Object_Name__c: object, Contact_Id__c: contactId } = event;
  if (!isObjectName(object)) return unusable('unknown_object');
  if (typeof recordId !== 'string' || !isRecordIdOf(object, recordId)) return unusable('no_record_id');
  const changeType = event.Change_Type__c ?? '';
  const hint = hintOf(event, changeType);
  const cause = CHANGE_TYPES.has(changeType) ? changeType : 'event';
  const base = { isForced: changeType === 'ResyncRequested', lane: 'live', cause } as const;
  const changes: RecordChange[] = [{ ...base, recordId, object, isDeletion: changeType === 'Deleted', hint }];
  if (typeof contactId === 'string' && isRecordIdOf('Contact', contactId)) {
    changes.push({ ...base, recordId: contactId, object: 'Contact', isDeletion: false, hint: undefined });
  }
  const move = hint === undefined ? undefined : { recordId, object, ...moveOf(hint, event) };
  const kind = [event.CreatedById, object, changeType, event.Stage__c].join(' ');
  return { changes, kind, move, faults: faultsOf(event, changeType) };
}

function unusable(fault: EventFault): StageChange {
  return { changes: [], kind: undefined, move: undefined, faults: [fault] };
}

function moveOf({ stage, changedAt }: StageHint, { Prior_Stage__c: prior }: Payload) {
  return { stage, priorStage: prior || null, at: unixSeconds(changedAt) ?? 0 };
}

function hintOf(event: Payload, changeType: string): StageHint | undefined {
  const { Stage__c: stage, Prior_Stage__c: prior, Changed_At__c: changedAt } = event;
  if (!STAGE_MOVES.has(changeType) || !stage || !changedAt || stage === prior) return undefined;
  // A text that is no time would count as newer than every time that comes after it.
  if (unixSeconds(changedAt) === undefined) return undefined;
  return { stage, changedAt };
}

function faultsOf(event: Payload, changeType: string): EventFault[] {
  const faults: EventFault[] = [];
  if (!CHANGE_TYPES.has(changeType)) faults.push('unknown_change_type');
  if (Object.keys(event).some((field) => !KNOWN_FIELDS.has(field))) faults.push('unknown_fields');
  return faults;
}
