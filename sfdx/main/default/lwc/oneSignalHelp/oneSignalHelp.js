import { LightningElement } from 'lwc';
import { labels } from './labels';
import { REASONS } from './reasons';

/** What a record can show, in the order in which it goes through them, as the card shows it. */
const STATES = [
  { name: labels.notSynced, meaning: labels.notSyncedMeans, theme: '' },
  { name: labels.pending, meaning: labels.pendingMeans, theme: 'slds-theme_warning' },
  { name: labels.synced, meaning: labels.syncedMeans, theme: 'slds-theme_success', status: 'Synced' },
  { name: labels.skipped, meaning: labels.skippedMeans, theme: 'slds-theme_info', status: 'Skipped' },
  { name: labels.failed, meaning: labels.failedMeans, theme: 'slds-theme_error', status: 'Failed' },
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
  states = STATES.map((state) => ({ ...state, badgeClass: `slds-badge ${state.theme}`.trim() }));
  /** The reasons of each status that a record can end with. */
  verdicts = this.states
    .filter(({ status }) => status !== undefined)
    .map(({ status, ...state }) => ({ ...state, reasons: REASONS.filter((reason) => reason.status === status) }));
  lists = LISTS;
}
