// Written by `npm run docs` from the relay’s own table: do not edit.

export const REASONS = [
  {
    status: 'Synced',
    code: 'OK',
    meaning: 'OneSignal holds this stage.',
    nextStep: 'Nothing to do.',
  },
  {
    status: 'Synced',
    code: 'TAGS_LEFT_OUT',
    meaning: 'OneSignal holds this stage; some further tags, aliases or addresses were left out.',
    nextStep: 'Raise Max_Tags__c to what your OneSignal plan allows, or correct what the sentence names.',
  },
  {
    status: 'Skipped',
    code: 'NO_STAGE',
    meaning: 'The record has no stage.',
    nextStep: 'Set a stage on the record.',
  },
  {
    status: 'Skipped',
    code: 'UNMAPPED_STAGE',
    meaning: 'No active stage mapping row names this stage, and unmapped stages are skipped.',
    nextStep: 'Add a stage mapping row, or set Unmapped_Stage__c to PassThrough.',
  },
  {
    status: 'Skipped',
    code: 'NO_EXTERNAL_ID',
    meaning: 'The record has no OneSignal external id, and such records are skipped.',
    nextStep: 'Fill OneSignal External Id, or set Missing_External_Id__c to UseSalesforceId.',
  },
  {
    status: 'Skipped',
    code: 'SHARED_EXTERNAL_ID',
    meaning: 'Another record stands for the same OneSignal user.',
    nextStep: 'Nothing to do if both are one person; else correct the external id.',
  },
  {
    status: 'Skipped',
    code: 'SHARED_EMAIL',
    meaning: 'OneSignal holds this stage, but not the email: it belongs to another user there.',
    nextStep: 'Nothing to do if both are one person; else correct the email.',
  },
  {
    status: 'Skipped',
    code: 'SHARED_PHONE',
    meaning: 'OneSignal holds this stage, but not the phone number: it belongs to another user there.',
    nextStep: 'Nothing to do if both are one person; else correct the phone number.',
  },
  {
    status: 'Skipped',
    code: 'PERSON_ACCOUNT',
    meaning: 'The contact belongs to a person account, which the relay does not sync.',
    nextStep:
      'Nothing to do; keep the person as a lead or a contact of a business account if OneSignal is to know them.',
  },
  {
    status: 'Failed',
    code: 'BAD_EXTERNAL_ID',
    meaning: 'OneSignal does not take this external id.',
    nextStep: 'Correct OneSignal External Id: no spaces, none of / ? # & =, no stand-in such as 0 or NA.',
  },
  {
    status: 'Failed',
    code: 'STAGE_TOO_LONG',
    meaning: 'The stage is longer than 255 characters.',
    nextStep: 'Shorten the picklist value.',
  },
  {
    status: 'Failed',
    code: 'RESERVED_TAG_KEY',
    meaning: 'The settings name a tag that OneSignal reserves.',
    nextStep: 'Choose another key in OneSignal Settings.',
  },
  {
    status: 'Failed',
    code: 'TAG_LIMIT',
    meaning: 'The user already holds as many tags as the OneSignal plan allows, so nothing was changed.',
    nextStep: 'Remove tags from the user, or raise the plan; then choose Resync.',
  },
  {
    status: 'Failed',
    code: 'ALIAS_CLAIMED',
    meaning: 'Another OneSignal user holds an alias of this record.',
    nextStep: 'Remove the alias from that user in OneSignal; then choose Resync.',
  },
  {
    status: 'Failed',
    code: 'ONESIGNAL_REJECTED',
    meaning: 'OneSignal refused the request.',
    nextStep: 'Look at the code, correct the record or the mapping; then choose Resync.',
  },
  {
    status: 'Failed',
    code: 'ONESIGNAL_ERROR',
    meaning: 'OneSignal did not take the change after many attempts.',
    nextStep: 'Choose Resync when OneSignal is well again.',
  },
  {
    status: 'Failed',
    code: 'RELAY_DEFECT',
    meaning: 'The relay met a defect of its own on this record, again and again.',
    nextStep: 'Report it with the log line that names the record; then choose Resync.',
  },
  {
    status: 'Failed',
    code: 'NOT_VISIBLE',
    meaning: 'The integration user can’t see the record; nothing was sent.',
    nextStep: 'Give the integration user View All on the object.',
  },
  {
    status: 'Skipped',
    code: 'RECORD_DELETED',
    meaning: 'The record was deleted.',
    nextStep: 'Nothing to do.',
  },
  {
    status: 'Skipped',
    code: 'RECORD_MERGED',
    meaning: 'The record was merged into another, which decides.',
    nextStep: 'Nothing to do.',
  },
  {
    status: 'Failed',
    code: 'WRITE_BACK_REFUSED',
    meaning: 'Salesforce refused the status on the record; what OneSignal holds is not affected.',
    nextStep: 'Look at the validation rule or automation that refused it. The relay tries again by itself.',
  },
];
