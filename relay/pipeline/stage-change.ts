import { isObjectName, isRecordIdOf, type StageHint } from '../mapping/record.ts';
import type { StageMove } from '../mapping/stage-transition.ts';
import { unixSeconds } from '../mapping/transforms.ts';
import type { RecordChange } from '../store/store.ts';

/** Why an event, or a part of it, was of no use. Counted, and logged once by reason. */
export type EventFault = 'no_payload' | 'no_record_id' | 'unknown_object' | 'unknown_change_type' | 'unknown_fields';

const FIELDS = [
  'Record_Id__c',
  'Object_Name__c',
  'Change_Type__c',
  'Stage__c',
  'Prior_Stage__c',
  'Contact_Id__c',
  'Changed_At__c',
  'CreatedById',
] as const;
type Payload = Record<(typeof FIELDS)[number], string | undefined>;

const KNOWN_FIELDS = new Set<string>([...FIELDS, 'CreatedDate', 'EventUuid', 'ReplayId']);
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
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return unusable('no_payload');
  const event = textsOf(payload);
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
  return { changes, kind, move, faults: faultsOf(payload, changeType) };
}

/** A value of another type counts as none: it must not cost the record that the event names. */
function textsOf(payload: object): Payload {
  const texts = {} as Payload;
  for (const field of FIELDS) {
    const value: unknown = (payload as Readonly<Record<string, unknown>>)[field];
    texts[field] = typeof value === 'string' ? value : undefined;
  }
  return texts;
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

function faultsOf(event: object, changeType: string): EventFault[] {
  const faults: EventFault[] = [];
  if (!CHANGE_TYPES.has(changeType)) faults.push('unknown_change_type');
  if (Object.keys(event).some((field) => !KNOWN_FIELDS.has(field))) faults.push('unknown_fields');
  return faults;
}
