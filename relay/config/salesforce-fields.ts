/**
 * The fields that the relay reads and writes on a record, the one place that says so. The relay builds its queries and
 * its write-backs from it, and the metadata check compares the permission set `OneSignal_Relay` with it. Fields that
 * mapping rows name come on top: the admin grants those.
 */

/** The objects that the relay keeps in step. */
export type SyncedObject = 'Lead' | 'Contact';

/** Written by the relay and by nobody else; the before-save flow blanks them on a new record. */
export const STATUS_FIELDS = [
  'OneSignal_Sync_Answered_At__c',
  'OneSignal_Sync_Status__c',
  'OneSignal_Sync_Reason__c',
  'OneSignal_Sync_Detail__c',
  'OneSignal_Synced_Stage__c',
  'OneSignal_Synced_At__c',
  'OneSignal_Id__c',
] as const;

/** What the record's person did with messages: written only, and blanked on a new record too. */
const ENGAGEMENT_FIELDS = [
  'OneSignal_Last_Engaged_At__c',
  'OneSignal_Last_Message__c',
  'OneSignal_Opens__c',
  'OneSignal_Clicks__c',
  'OneSignal_Unsubscribed__c',
  'OneSignal_Stage_Influenced_By__c',
] as const;

/** The opt-out is ticked, where the settings say so, and never unticked. */
const WRITTEN = [...STATUS_FIELDS, ...ENGAGEMENT_FIELDS, 'HasOptedOutOfEmail'] as const;

const READ_ON_BOTH = [
  'Id',
  'IsDeleted',
  'MasterRecordId',
  'SystemModstamp',
  'Email',
  'Phone',
  'MobilePhone',
  'HasOptedOutOfEmail',
  'DoNotCall',
  'OneSignal_External_Id__c',
  'OneSignal_Stage_Changed_At__c',
  'OneSignal_Sync_Requested_At__c',
  'OneSignal_Sync_Due__c',
  ...STATUS_FIELDS,
  ...ENGAGEMENT_FIELDS,
] as const;

/** The field that holds the stage, by object. */
export const STAGE_FIELD: Record<SyncedObject, string> = {
  Lead: 'Status',
  Contact: 'OneSignal_Lifecycle_Stage__c',
};

/** API names by object; `write` is a subset of `read`. */
export const RELAY_FIELDS: Record<SyncedObject, { read: readonly string[]; write: readonly string[] }> = {
  Lead: {
    // The whole address, since its country is granted with it: national phone numbers need the country.
    read: [...READ_ON_BOTH, STAGE_FIELD.Lead, 'Address', 'IsConverted', 'ConvertedContactId', 'ConvertedDate'],
    write: WRITTEN,
  },
  Contact: {
    // AccountId: an update of a contact locks its account, so write-backs keep the contacts of one account together.
    read: [...READ_ON_BOTH, STAGE_FIELD.Contact, 'MailingAddress', 'AccountId'],
    write: WRITTEN,
  },
};
