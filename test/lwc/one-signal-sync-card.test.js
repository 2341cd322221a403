import { setup } from '@sa11y/jest';
import OneSignalSyncCard from 'c/oneSignalSyncCard';
import { getObjectInfo } from 'lightning/uiObjectInfoApi';
import { getRecord, notifyRecordUpdateAvailable, updateRecord } from 'lightning/uiRecordApi';
import { createElement } from 'lwc';

setup();

const ID = '00Q000000000001EAA';

/** The stub of a label is its name. */
const label = (name) => `c.OneSignal_Card_${name}`;

function show(values, { canEdit = true, object = 'Lead' } = {}) {
  const card = createElement('c-one-signal-sync-card', { is: OneSignalSyncCard });
  card.recordId = ID;
  card.objectApiName = object;
  document.body.appendChild(card);
  getObjectInfo.emit({ fields: { OneSignal_Sync_Requested_At__c: { updateable: canEdit } } });
  if (values !== undefined) getRecord.emit({ id: ID, fields: fieldsOf(values) });
  return card;
}

function fieldsOf(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`OneSignal_${name}__c`, { value }]));
}

const textOf = (card) => card.shadowRoot.textContent.replace(/\s+/g, ' ');
const badge = (card) => card.shadowRoot.querySelector('.slds-badge');
const resyncOf = (card) => card.shadowRoot.querySelector('lightning-button');
const settle = () =>
  Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => Promise.resolve());

const SYNCED = {
  Sync_State: 'Synced',
  Sync_Overdue: false,
  Sync_Reason: 'OK',
  Sync_Detail: 'OneSignal holds this stage. Nothing to do.',
  Synced_Stage: 'Working - Contacted',
  Synced_At: '2026-11-25T10:00:00.000Z',
  Sync_Requested_At: '2026-11-25T09:59:59.000Z',
  Id: 'b0b41b5a-5c2d-4a26-9a4e-1f2e3d4c5b6a',
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
  jest.useRealTimers();
});

test.each([
  ['Synced', 'Synced', 'slds-theme_success'],
  ['Skipped', 'Skipped', 'slds-theme_info'],
  ['Failed', 'Failed', 'slds-theme_error'],
  ['Pending', 'Pending', 'slds-theme_warning'],
])('a record that is %s says so in words and in colour', async (state, name, theme) => {
  const card = show({ ...SYNCED, Sync_State: state });
  await settle();
  expect([badge(card).textContent, badge(card).className]).toEqual([label(name), `slds-badge ${theme}`]);
});

test('it shows the stage that was sent, when, the OneSignal user, the reason, and what to do', async () => {
  const card = show({
    ...SYNCED,
    Sync_State: 'Failed',
    Sync_Reason: 'TAG_LIMIT',
    Sync_Detail: 'Too many. Remove some.',
  });
  await settle();
  for (const text of ['Working - Contacted', SYNCED.Id, 'TAG_LIMIT', 'Too many. Remove some.'])
    expect(textOf(card)).toContain(text);
  const times = [...card.shadowRoot.querySelectorAll('lightning-formatted-date-time')].map(({ value }) => value);
  expect(times).toEqual([SYNCED.Synced_At, SYNCED.Sync_Requested_At]);
});

const ENGAGED = {
  ...SYNCED,
  Last_Engaged_At: '2026-11-25T11:00:00.000Z',
  Last_Message: 'Welcome',
  Opens: 3,
  Clicks: 2,
  Unsubscribed: false,
  Stage_Influenced_By: 'Offer of November',
};

test('it shows what the person did with messages, in a section of its own', async () => {
  const card = show(ENGAGED);
  await settle();
  const section = card.shadowRoot.querySelector('section');
  for (const text of [label('Engagement'), 'Welcome', '3', '2', 'Offer of November'])
    expect(section.textContent).toContain(text);
  expect(section.querySelector('lightning-formatted-date-time').value).toBe(ENGAGED.Last_Engaged_At);
  expect(section.textContent).not.toContain(label('Unsubscribed'));
});

test('who unsubscribed is marked, also without anything else', async () => {
  const card = show({ ...SYNCED, Unsubscribed: true });
  await settle();
  expect(card.shadowRoot.querySelector('section').textContent).toContain(label('Unsubscribed'));
});

test('where nobody did anything there is no such section', async () => {
  const card = show({
    ...SYNCED,
    Last_Engaged_At: null,
    Last_Message: null,
    Opens: null,
    Clicks: null,
    Unsubscribed: false,
  });
  await settle();
  expect(card.shadowRoot.querySelector('section')).toBeNull();
});

test('a record that nobody has answered for an hour is overdue', async () => {
  const card = show({ ...SYNCED, Sync_State: 'Pending', Sync_Overdue: true });
  await settle();
  expect(textOf(card)).toContain(label('Overdue'));
});

test('a record that was never looked at says so, and how to send it', async () => {
  const card = show({ Sync_State: 'Not synced', Sync_Detail: null, Synced_At: null });
  await settle();
  expect([badge(card).textContent, textOf(card)]).toEqual([
    label('Not_Synced'),
    expect.stringContaining(label('Never_Synced')),
  ]);
  expect(card.shadowRoot.querySelector('dl')).toBeNull();
});

test('while the record is read it says that it loads', async () => {
  const card = show(undefined);
  await settle();
  expect(card.shadowRoot.querySelector('lightning-spinner').alternativeText).toBe(label('Loading'));
  expect(resyncOf(card)).toBeNull();
});

test('who may not see the fields is told whom to ask, and is offered no resync', async () => {
  const card = show({});
  await settle();
  expect([textOf(card), resyncOf(card)]).toEqual([expect.stringContaining(label('No_Permission')), null]);
});

test('a record that can’t be read is an error that a screen reader tells', async () => {
  const card = show(undefined);
  getRecord.error();
  await settle();
  expect(card.shadowRoot.querySelector('[role="alert"]').textContent).toBe(label('Unreadable'));
});

test('who may not edit the stamp is offered no resync', async () => {
  const card = show(SYNCED, { canEdit: false });
  await settle();
  expect(resyncOf(card)).toBeNull();
});

test('a resync writes the stamp, and the card looks at the record again', async () => {
  const card = show(SYNCED);
  await settle();
  resyncOf(card).click();
  await settle();
  expect(updateRecord).toHaveBeenCalledWith({
    fields: { Id: ID, OneSignal_Sync_Requested_At__c: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
  });
  expect(notifyRecordUpdateAvailable).toHaveBeenCalledWith([{ recordId: ID }]);
});

test('a resync that Salesforce refuses is said, and can be tried again', async () => {
  updateRecord.mockRejectedValueOnce({ body: { message: 'No' } });
  const card = show(SYNCED);
  await settle();
  resyncOf(card).click();
  await settle();
  expect(card.shadowRoot.querySelector('[role="alert"]').textContent.trim()).toBe(label('Resync_Failed'));
  expect(resyncOf(card).disabled).toBeFalsy();
});

test('a pending record is looked at again for a while, and one that has its verdict is not', async () => {
  show({ ...SYNCED, Sync_State: 'Pending' });
  await settle();
  jest.advanceTimersByTime(1_500);
  expect(notifyRecordUpdateAvailable).toHaveBeenCalledTimes(1);
  for (let look = 0; look < 10; look += 1) {
    getRecord.emit({ id: ID, fields: fieldsOf({ ...SYNCED, Sync_State: 'Pending' }) });
    jest.advanceTimersByTime(60_000);
  }
  expect(notifyRecordUpdateAvailable).toHaveBeenCalledTimes(4);
  getRecord.emit({ id: ID, fields: fieldsOf(SYNCED) });
  jest.advanceTimersByTime(60_000);
  expect(notifyRecordUpdateAvailable).toHaveBeenCalledTimes(4);
});

test('it asks for the fields of the object that it is on', async () => {
  show(SYNCED, { object: 'Contact' });
  await settle();
  expect(getRecord.getLastConfig()).toMatchObject({
    recordId: ID,
    optionalFields: expect.arrayContaining(['Contact.OneSignal_Sync_State__c']),
  });
});

test.each([
  ['synced', SYNCED],
  ['engaged', { ...ENGAGED, Unsubscribed: true }],
  ['failed', { ...SYNCED, Sync_State: 'Failed' }],
  ['not synced', { Sync_State: 'Not synced' }],
  ['hidden', {}],
])('it is accessible when the record is %s', async (_what, values) => {
  jest.useRealTimers();
  const card = show(values);
  await settle();
  await expect(card).toBeAccessible();
});
