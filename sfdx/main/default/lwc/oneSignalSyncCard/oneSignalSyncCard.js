import { getObjectInfo } from 'lightning/uiObjectInfoApi';
import { getRecord, notifyRecordUpdateAvailable, updateRecord } from 'lightning/uiRecordApi';
import { api, LightningElement, wire } from 'lwc';
import { labels } from './labels';

const STATE = 'OneSignal_Sync_State__c';
const OVERDUE = 'OneSignal_Sync_Overdue__c';
const REASON = 'OneSignal_Sync_Reason__c';
const DETAIL = 'OneSignal_Sync_Detail__c';
const STAGE = 'OneSignal_Synced_Stage__c';
const SYNCED_AT = 'OneSignal_Synced_At__c';
const ASKED_AT = 'OneSignal_Sync_Requested_At__c';
const USER_ID = 'OneSignal_Id__c';
const LAST_ENGAGED_AT = 'OneSignal_Last_Engaged_At__c';
const LAST_MESSAGE = 'OneSignal_Last_Message__c';
const OPENS = 'OneSignal_Opens__c';
const CLICKS = 'OneSignal_Clicks__c';
const UNSUBSCRIBED = 'OneSignal_Unsubscribed__c';
const INFLUENCED_BY = 'OneSignal_Stage_Influenced_By__c';
const ENGAGEMENT = [LAST_ENGAGED_AT, LAST_MESSAGE, OPENS, CLICKS, UNSUBSCRIBED, INFLUENCED_BY];
const FIELDS = [STATE, OVERDUE, REASON, DETAIL, STAGE, SYNCED_AT, ASKED_AT, USER_ID, ...ENGAGEMENT];

const NOT_SYNCED = 'Not synced';
/** What the formula says, by how it reads and looks. */
const STATES = {
  Synced: { text: labels.synced, theme: 'slds-theme_success' },
  Skipped: { text: labels.skipped, theme: 'slds-theme_info' },
  Failed: { text: labels.failed, theme: 'slds-theme_error' },
  Pending: { text: labels.pending, theme: 'slds-theme_warning' },
  [NOT_SYNCED]: { text: labels.notSynced, theme: '' },
};

/** While a record is pending, the card looks again after so many ms; the relay takes a second. */
const LOOK_AGAIN_MS = [1500, 3000, 6000, 12000];

/** What OneSignal knows of a lead or contact, why it does not, and what to do. Holds no data of its own. */
export default class OneSignalSyncCard extends LightningElement {
  @api recordId;
  @api objectApiName;

  labels = labels;
  isAsking = false;
  resyncError;
  record;
  error;
  canEdit = false;
  looks = 0;
  timer;

  /** Optional: a field that the viewer may not see is no error. */
  get fields() {
    return this.objectApiName ? FIELDS.map((field) => `${this.objectApiName}.${field}`) : undefined;
  }

  @wire(getRecord, { recordId: '$recordId', optionalFields: '$fields' })
  takeRecord({ data, error }) {
    this.record = data ?? this.record;
    this.error = error;
    if (data) this.lookAgain();
  }

  @wire(getObjectInfo, { objectApiName: '$objectApiName' })
  takeObjectInfo({ data }) {
    this.canEdit = data?.fields?.[ASKED_AT]?.updateable === true;
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  get isLoading() {
    return !this.record && !this.error;
  }

  get errorText() {
    return this.error ? labels.unreadable : undefined;
  }

  get isHidden() {
    return this.state === undefined;
  }

  get state() {
    return this.valueOf(STATE);
  }

  get stateText() {
    return STATES[this.state]?.text ?? this.state;
  }

  get badgeClass() {
    return `slds-badge ${STATES[this.state]?.theme ?? ''}`.trim();
  }

  get isNew() {
    return this.state === NOT_SYNCED;
  }

  get isOverdue() {
    return this.valueOf(OVERDUE) === true;
  }

  get detail() {
    return this.valueOf(DETAIL);
  }

  get canResync() {
    return this.canEdit && !this.isLoading && !this.error && !this.isHidden;
  }

  get facts() {
    return this.shown([
      { term: labels.stage, field: STAGE },
      { term: labels.syncedAt, field: SYNCED_AT, isTime: true },
      { term: labels.askedAt, field: ASKED_AT, isTime: true },
      { term: labels.reason, field: REASON },
      { term: labels.userId, field: USER_ID },
    ]);
  }

  /** What the person did with messages; none where the org has no webhook, or nobody did anything. */
  get engagement() {
    return this.shown([
      { term: labels.lastEngagedAt, field: LAST_ENGAGED_AT, isTime: true },
      { term: labels.lastMessage, field: LAST_MESSAGE },
      { term: labels.opens, field: OPENS },
      { term: labels.clicks, field: CLICKS },
      { term: labels.influencedBy, field: INFLUENCED_BY },
    ]);
  }

  get isUnsubscribed() {
    return this.valueOf(UNSUBSCRIBED) === true;
  }

  get hasEngagement() {
    return this.isUnsubscribed || this.engagement.length > 0;
  }

  shown(facts) {
    return facts
      .map(({ term, field, isTime = false }) => ({
        term,
        isTime,
        value: this.valueOf(field),
        termKey: `${field} term`,
        valueKey: `${field} value`,
      }))
      .filter(({ value }) => value !== undefined && value !== null);
  }

  get hasFacts() {
    return this.facts.length > 0;
  }

  valueOf(field) {
    return this.record?.fields?.[field]?.value;
  }

  /** Whatever time is written, the package's flow puts Salesforce's own in its place. */
  async handleResync() {
    this.isAsking = true;
    this.resyncError = undefined;
    try {
      await updateRecord({ fields: { Id: this.recordId, [ASKED_AT]: new Date().toISOString() } });
      this.looks = 0;
      await notifyRecordUpdateAvailable([{ recordId: this.recordId }]);
    } catch {
      this.resyncError = labels.resyncFailed;
    } finally {
      this.isAsking = false;
    }
  }

  lookAgain() {
    clearTimeout(this.timer);
    const wait = LOOK_AGAIN_MS[this.looks];
    if (this.state !== 'Pending' || wait === undefined) return;
    // eslint-disable-next-line @lwc/lwc/no-async-operation
    this.timer = setTimeout(() => {
      this.looks += 1;
      notifyRecordUpdateAvailable([{ recordId: this.recordId }]);
    }, wait);
  }
}
