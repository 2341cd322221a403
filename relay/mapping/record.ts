/**
 * Glossary, as types.
 *
 * stage            the raw Salesforce value: `Lead.Status`, `Contact.OneSignal_Lifecycle_Stage__c`
 * lifecycle stage  what the mapping turns a stage into, and what OneSignal gets as the tag
 * stage change     one platform event: a doorbell, never a source of values
 * due              the record's current state has no verdict yet
 * snapshot         the record's fields as Salesforce holds them now
 * plan             what OneSignal should hold for a user
 * outcome          the verdict on a record: Synced, Skipped or Failed
 */

export const OBJECT_NAMES = ['Lead', 'Contact'] as const;
export type ObjectName = (typeof OBJECT_NAMES)[number];

/** Labels of the aliases that name a record: those of the relay's own. */
export const RECORD_ALIASES: readonly string[] = ['salesforce_id', 'salesforce_lead_id'];

export function isObjectName(value: unknown): value is ObjectName {
  return OBJECT_NAMES.some((name) => name === value);
}

/** Key prefixes are the same in every org: https://help.salesforce.com/s/articleView?id=000385203 */
const PREFIX: Record<ObjectName, string> = { Lead: '00Q', Contact: '003' };

/** True for an 18-character id of this object. Salesforce refuses a whole query for one id that can't be one. */
export function isRecordIdOf(object: ObjectName, id: string): boolean {
  return id.startsWith(PREFIX[object]) && /^[a-zA-Z0-9]{18}$/.test(id) && id.endsWith(checksumOf(id));
}

/** An id of 15 characters as one of 18; any other text as it is. */
export function longIdOf(id: string): string {
  return /^[a-zA-Z0-9]{15}$/.test(id) ? id + checksumOf(id) : id;
}

/** The object of a record that is one of the two. */
export function objectOf(recordId: string): ObjectName {
  return isRecordIdOf('Lead', recordId) ? 'Lead' : 'Contact';
}

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The last three characters say which of the first fifteen are upper case: https://help.salesforce.com/s/articleView?id=000383751 */
function checksumOf(id: string): string {
  let checksum = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place += 1) if (isUpperCase(id.charCodeAt(start + place))) bits |= 1 << place;
    checksum += CHECKSUM_ALPHABET.charAt(bits);
  }
  return checksum;
}

function isUpperCase(code: number): boolean {
  return code >= 65 && code <= 90;
}

export type FieldValue = string | number | boolean | null;

/** One Lead or Contact as Salesforce holds it now. Times are kept as the strings Salesforce sent. */
export interface Snapshot {
  id: string;
  object: ObjectName;
  stage: string | null;
  externalId: string | null;
  stageChangedAt: string | null;
  requestedAt: string | null;
  isConverted: boolean;
  convertedContactId: string | null;
  /**
   * The contact that a won lead lives on as: the one that it was converted into may have been merged since, and is then
   * the record that is left. Null where it was deleted; left out where it is `convertedContactId`.
   */
  livingContactId?: string | null;
  convertedAt: string | null;
  isDeleted: boolean;
  systemModstamp: string;
  /** What the record says of its last sync, to write only what differs. */
  status: RecordStatus;
  /** The values that mapping rows name, by API name, relationship steps included (`Account.Industry`). */
  fields: Readonly<Record<string, FieldValue>>;
}

/** The contact that a lead lives on as; null for one that is open, or whose contact is gone. */
export function contactIdOf({ convertedContactId, livingContactId }: Snapshot): string | null {
  return livingContactId === undefined ? convertedContactId : livingContactId;
}

/** The fields that the relay writes. */
export interface RecordStatus {
  answeredAt: string | null;
  status: string | null;
  reason: string | null;
  detail: string | null;
  syncedStage: string | null;
  syncedAt: string | null;
  onesignalId: string | null;
}

/** What an event added to our knowledge of a record: a stage that came after the before-save flow has its time here. */
export interface StageHint {
  stage: string;
  changedAt: string;
}
