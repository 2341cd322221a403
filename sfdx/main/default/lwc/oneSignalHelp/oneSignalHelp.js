import { LightningElement } from 'lwc';
import { labels } from './labels';
import { REASONS } from './reasons';

/** What the sync state can say, in the order in which a record goes through it, as the card shows it. */
const STATES = [
  { state: 'Not synced', name: labels.notSynced, meaning: labels.notSyncedMeans, theme: '' },
  { state: 'Pending', name: labels.pending, meaning: labels.pendingMeans, theme: 'slds-theme_warning' },
  { state: 'Synced', name: labels.synced, meaning: labels.syncedMeans, theme: 'slds-theme_success' },
  { state: 'Skipped', name: labels.skipped, meaning: labels.skippedMeans, theme: 'slds-theme_info' },
  { state: 'Failed', name: labels.failed, meaning: labels.failedMeans, theme: 'slds-theme_error' },
];

const LISTS = [
  { text: labels.leadsFailed, address: '/lightning/o/Lead/list?filterName=OneSignal_Failed' },
  { text: labels.leadsOverdue, address: '/lightning/o/Lead/list?filterName=OneSignal_Overdue' },
  { text: labels.leadsSkipped, address: '/lightning/o/Lead/list?filterName=OneSignal_Skipped' },
  { text: labels.contactsFailed, address: '/lightning/o/Contact/list?filterName=OneSignal_Failed' },
  { text: labels.contactsOverdue, address: '/lightning/o/Contact/list?filterName=OneSignal_Overdue' },
  { text: labels.contactsSkipped, address: '/lightning/o/Contact/list?filterName=OneSignal_Skipped' },
];

/** The help page of the app: what people ask, answered without leaving Salesforce. Reads nothing. */
export default class OneSignalHelp extends LightningElement {
  labels = labels;
  states = STATES.map(({ state, name, meaning, theme }) => ({
    name,
    meaning,
    badgeClass: `slds-badge ${theme}`.trim(),
    nameKey: `${state} name`,
    meaningKey: `${state} meaning`,
    reasons: REASONS.filter(({ status }) => status === state),
  }));
  /** Those that a record can end with, for a reason. */
  verdicts = this.states.filter(({ reasons }) => reasons.length > 0);
  lists = LISTS;
}
