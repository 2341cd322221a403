import type { ObjectName } from './record.ts';

export type OutcomeStatus = 'Synced' | 'Skipped' | 'Failed';

/**
 * Every reason that can stand on a record, with the status it belongs to, what it means and what to do next.
 * `docs/status-codes.md` lists the same table; a test fails when the two differ.
 * The sentences hold ids and field names, never a value of a person's record. Salesforce keeps 255 characters.
 */
export const REASONS = {
  OK: { status: 'Synced', meaning: 'OneSignal holds this stage.', nextStep: 'Nothing to do.' },
  TAGS_LEFT_OUT: {
    status: 'Synced',
    meaning: 'OneSignal holds this stage; some further tags, aliases or addresses were left out.',
    nextStep: 'Raise Max_Tags__c to what your OneSignal plan allows, or correct what the sentence names.',
  },
  NO_STAGE: { status: 'Skipped', meaning: 'The record has no stage.', nextStep: 'Set a stage on the record.' },
  UNMAPPED_STAGE: {
    status: 'Skipped',
    meaning: 'No active stage mapping row names this stage, and unmapped stages are skipped.',
    nextStep: 'Add a stage mapping row, or set Unmapped_Stage__c to PassThrough.',
  },
  NO_EXTERNAL_ID: {
    status: 'Skipped',
    meaning: 'The record has no OneSignal external id, and such records are skipped.',
    nextStep: 'Fill OneSignal External Id, or set Missing_External_Id__c to UseSalesforceId.',
  },
  SHARED_EXTERNAL_ID: {
    status: 'Skipped',
    meaning: 'Another record stands for the same OneSignal user.',
    nextStep: 'Nothing to do if both are one person; else correct the external id.',
  },
  SHARED_EMAIL: {
    status: 'Skipped',
    meaning: 'OneSignal holds this stage, but not the email: it belongs to another user there.',
    nextStep: 'Nothing to do if both are one person; else correct the email.',
  },
  SHARED_PHONE: {
    status: 'Skipped',
    meaning: 'OneSignal holds this stage, but not the phone number: it belongs to another user there.',
    nextStep: 'Nothing to do if both are one person; else correct the phone number.',
  },
  PERSON_ACCOUNT: {
    status: 'Skipped',
    meaning: 'The contact belongs to a person account, which the relay does not sync.',
    nextStep:
      'Nothing to do; keep the person as a lead or a contact of a business account if OneSignal is to know them.',
  },
  BAD_EXTERNAL_ID: {
    status: 'Failed',
    meaning: 'OneSignal does not take this external id.',
    nextStep: 'Correct OneSignal External Id: no spaces, none of / ? # & =, no stand-in such as 0 or NA.',
  },
  STAGE_TOO_LONG: {
    status: 'Failed',
    meaning: 'The stage is longer than 255 characters.',
    nextStep: 'Shorten the picklist value.',
  },
  RESERVED_TAG_KEY: {
    status: 'Failed',
    meaning: 'The settings name a tag that OneSignal reserves.',
    nextStep: 'Choose another key in OneSignal Settings.',
  },
  TAG_LIMIT: {
    status: 'Failed',
    meaning: 'The user already holds as many tags as the OneSignal plan allows, so nothing was changed.',
    nextStep: 'Remove tags from the user, or raise the plan; then choose Resync.',
  },
  ALIAS_CLAIMED: {
    status: 'Failed',
    meaning: 'Another OneSignal user holds an alias of this record.',
    nextStep: 'Remove the alias from that user in OneSignal; then choose Resync.',
  },
  ONESIGNAL_REJECTED: {
    status: 'Failed',
    meaning: 'OneSignal refused the request.',
    nextStep: 'Look at the code, correct the record or the mapping; then choose Resync.',
  },
  ONESIGNAL_ERROR: {
    status: 'Failed',
    meaning: 'OneSignal did not take the change after many attempts.',
    nextStep: 'Choose Resync when OneSignal is well again.',
  },
  RELAY_DEFECT: {
    status: 'Failed',
    meaning: 'The relay met a defect of its own on this record, again and again.',
    nextStep: 'Report it with the log line that names the record; then choose Resync.',
  },
  NOT_VISIBLE: {
    status: 'Failed',
    meaning: 'The integration user can’t see the record; nothing was sent.',
    nextStep: 'Give the integration user View All on the object.',
  },
  RECORD_DELETED: {
    status: 'Skipped',
    meaning: 'The record was deleted.',
    nextStep: 'Nothing to do.',
  },
  RECORD_MERGED: {
    status: 'Skipped',
    meaning: 'The record was merged into another, which decides.',
    nextStep: 'Nothing to do.',
  },
  WRITE_BACK_REFUSED: {
    status: 'Failed',
    meaning: 'Salesforce refused the status on the record; what OneSignal holds is not affected.',
    nextStep: 'Look at the validation rule or automation that refused it. The relay tries again by itself.',
  },
} as const satisfies Record<string, { status: OutcomeStatus; meaning: string; nextStep: string }>;

export type ReasonCode = keyof typeof REASONS;

/** Reasons of records that are skipped though OneSignal holds their stage. */
export const SKIPPED_WITH_STAGE: readonly string[] = ['SHARED_EMAIL', 'SHARED_PHONE'] satisfies ReasonCode[];

/** True where OneSignal holds the record’s stage. */
export function isStageSent(status: string, reason: string): boolean {
  return status === 'Synced' || SKIPPED_WITH_STAGE.includes(reason);
}

/** True of a verdict on a record that is not there to be written to, or takes no status. */
export function isWithoutRecord(reason: ReasonCode): boolean {
  return ['RECORD_DELETED', 'RECORD_MERGED', 'NOT_VISIBLE', 'PERSON_ACCOUNT'].includes(reason);
}

/** Reasons of records that are proven to be gone. */
export const GONE_REASONS: readonly string[] = ['RECORD_DELETED', 'RECORD_MERGED'] satisfies ReasonCode[];

export function isGone(reason: ReasonCode): boolean {
  return GONE_REASONS.includes(reason);
}

/** The verdict on one record. */
export interface Verdict {
  recordId: string;
  object: ObjectName;
  status: OutcomeStatus;
  reason: ReasonCode;
  /** A sentence and the next step, at most 255 characters. */
  detail: string;
  /** The raw stage that got the verdict. */
  stage: string | null;
  /** The `Sync_Requested_At` that the verdict is about, echoed as Salesforce wrote it. */
  answers: string | null;
  onesignalId: string | null;
  /** Milliseconds since 1970. */
  decidedAt: number;
}

/** Length of `OneSignal_Sync_Detail__c` and of `OneSignal_Synced_Stage__c`. */
const TEXT_LENGTH = 255;

/** The sentence for `OneSignal_Sync_Detail__c`; `what` replaces the general meaning with a particular one. */
export function describeOutcome(reason: ReasonCode, what?: string): string {
  const { meaning, nextStep } = REASONS[reason];
  // The next step is what a person needs most: only what stands before it is cut.
  return `${cut(what ?? meaning, TEXT_LENGTH - nextStep.length - 1)} ${nextStep}`;
}

/** Cuts to what Salesforce's Text(255) holds, or to less, and never inside a character. */
export function cut(text: string, length = TEXT_LENGTH): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
