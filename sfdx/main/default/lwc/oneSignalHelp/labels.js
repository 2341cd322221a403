import failed from '@salesforce/label/c.OneSignal_Card_Failed';
import notSynced from '@salesforce/label/c.OneSignal_Card_Not_Synced';
import pending from '@salesforce/label/c.OneSignal_Card_Pending';
import skipped from '@salesforce/label/c.OneSignal_Card_Skipped';
import synced from '@salesforce/label/c.OneSignal_Card_Synced';
import contactsFailed from '@salesforce/label/c.OneSignal_Help_Contacts_Failed';
import contactsOverdue from '@salesforce/label/c.OneSignal_Help_Contacts_Overdue';
import contactsSkipped from '@salesforce/label/c.OneSignal_Help_Contacts_Skipped';
import editText from '@salesforce/label/c.OneSignal_Help_Edit_Text';
import failedMeans from '@salesforce/label/c.OneSignal_Help_Failed';
import intro from '@salesforce/label/c.OneSignal_Help_Intro';
import leadsFailed from '@salesforce/label/c.OneSignal_Help_Leads_Failed';
import leadsOverdue from '@salesforce/label/c.OneSignal_Help_Leads_Overdue';
import leadsSkipped from '@salesforce/label/c.OneSignal_Help_Leads_Skipped';
import lists from '@salesforce/label/c.OneSignal_Help_Lists';
import listsText from '@salesforce/label/c.OneSignal_Help_Lists_Text';
import mapping from '@salesforce/label/c.OneSignal_Help_Mapping';
import mappingLink from '@salesforce/label/c.OneSignal_Help_Mapping_Link';
import mappingText from '@salesforce/label/c.OneSignal_Help_Mapping_Text';
import meaning from '@salesforce/label/c.OneSignal_Help_Meaning';
import nextStep from '@salesforce/label/c.OneSignal_Help_Next_Step';
import notSyncedMeans from '@salesforce/label/c.OneSignal_Help_Not_Synced';
import pendingMeans from '@salesforce/label/c.OneSignal_Help_Pending';
import reason from '@salesforce/label/c.OneSignal_Help_Reason';
import reasons from '@salesforce/label/c.OneSignal_Help_Reasons';
import reasonsNote from '@salesforce/label/c.OneSignal_Help_Reasons_Note';
import reportsLink from '@salesforce/label/c.OneSignal_Help_Reports_Link';
import reportsText from '@salesforce/label/c.OneSignal_Help_Reports_Text';
import resync from '@salesforce/label/c.OneSignal_Help_Resync';
import resyncText from '@salesforce/label/c.OneSignal_Help_Resync_Text';
import settingsLink from '@salesforce/label/c.OneSignal_Help_Settings_Link';
import skippedMeans from '@salesforce/label/c.OneSignal_Help_Skipped';
import state from '@salesforce/label/c.OneSignal_Help_State';
import states from '@salesforce/label/c.OneSignal_Help_States';
import syncedMeans from '@salesforce/label/c.OneSignal_Help_Synced';
import title from '@salesforce/label/c.OneSignal_Help_Title';

/** Every text of the page but the reasons: custom labels, so that an org can translate them. */
export const labels = {
  contactsFailed,
  contactsOverdue,
  contactsSkipped,
  editText,
  failed,
  failedMeans,
  intro,
  leadsFailed,
  leadsOverdue,
  leadsSkipped,
  lists,
  listsText,
  mapping,
  mappingLink,
  mappingText,
  meaning,
  nextStep,
  notSynced,
  notSyncedMeans,
  pending,
  pendingMeans,
  reason,
  reasons,
  reasonsNote,
  reportsLink,
  reportsText,
  resync,
  resyncText,
  settingsLink,
  skipped,
  skippedMeans,
  state,
  states,
  synced,
  syncedMeans,
  title,
};
