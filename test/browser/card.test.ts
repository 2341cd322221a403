import type { Page } from 'playwright-core';
import { startRelay } from '../emulators/running-relay.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { type OpenPage, openPage } from './open-page.ts';

/*
 * The record card in a real browser, in the states that the relay and the emulated org bring about. With UPDATE_PAGES=1 the
 * pictures in docs/images are made anew.
 */
/** So that the pictures have the same times whenever they are made. */
const NOON = Date.parse('2026-11-24T12:00:00Z');

/** A record that cannot be read. */
const NOBODY = '00Q000000000001EAA';

let card: OpenPage;
let page: Page;
let world: World;
let records: Record<'synced' | 'failed' | 'skipped' | 'pending' | 'new', string>;

beforeAll(async () => {
  const startedAt = Date.now();
  world = await startWorld({ org: { seed: 'card', clock: () => NOON + Date.now() - startedAt } });
  records = await makeRecords();
  card = await openPage('card-page.js', 'OneSignal Sync', 375);
  page = card.page;
});
afterAll(async () => {
  await card.close();
  await world.close();
});

/** Records as the relay leaves them: each state comes from what really happened to it. */
async function makeRecords(): Promise<typeof records> {
  const { org, seller, relayUser } = world;
  org.setSettings({ Unmapped_Stage__c: 'Skip' });
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Open', {
    Object_Name__c: 'Lead',
    Stage__c: 'Open - Not Contacted',
    Lifecycle_Stage__c: 'awareness',
    Is_Active__c: true,
  });
  const lead = (values: FieldValues, as = seller) => {
    const { id } = { id: '', ...org.create('Lead', { LastName: 'Lovelace', Company: 'Acme', ...values }, as) };
    return id;
  };
  const relay = await startRelay(world);
  const settled = {
    synced: lead({}),
    failed: lead({ OneSignal_External_Id__c: 'NA' }),
    skipped: lead({ Status: 'Working - Contacted' }),
  };
  await relay.settled();
  await relay.stop();
  // Nobody answers this one, and the flows leave alone what the relay's own user makes.
  return { ...settled, pending: lead({}), new: lead({}, { ...relayUser, isAdministrator: true }) };
}

interface Showing {
  canEdit?: boolean;
  isUnreadable?: boolean;
  refusesUpdates?: boolean;
}

async function show(recordId: string | undefined, given: Showing = {}): Promise<void> {
  const row = recordId === undefined ? undefined : world.org.peek('Lead', recordId);
  const fields = Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, { value }]));
  const record = recordId === undefined ? undefined : { id: recordId, fields };
  const what = { recordId: recordId ?? NOBODY, objectApiName: 'Lead', record, canEdit: true, ...given };
  await page.evaluate(`cardPage.show(${JSON.stringify(what)})`);
}

const text = () => page.textContent('main');
const badge = () => page.locator('.slds-badge').first();
const troubles = () => page.evaluate<string[]>('cardPage.troubles()');

test.each([
  ['synced', 'Synced', 'OneSignal holds this stage.'],
  ['failed', 'Failed', 'Correct OneSignal External Id'],
  ['skipped', 'Skipped', 'Add a stage mapping row'],
  ['pending', 'Pending', 'Last change asked for'],
  ['new', 'Not synced', 'Choose Resync to send it now.'],
] as const)('a record that is %s shows it, reads well, and fits a phone', async (name, state, says) => {
  await show(records[name]);
  expect((await badge().textContent())?.trim()).toBe(state);
  expect(await text()).toContain(says);
  expect(await troubles()).toEqual([]);
  await card.picture(`card-${name}`);
});

test('states differ in colour, not in words alone', async () => {
  const colours = [];
  for (const name of ['synced', 'failed', 'skipped', 'pending'] as const) {
    await show(records[name]);
    colours.push(await page.evaluate('cardPage.badgeColour()'));
  }
  expect(new Set(colours).size).toBe(4);
});

test('without the fields, without the record, and while it loads it says what is the matter', async () => {
  await page.evaluate(`cardPage.show({ recordId: '${NOBODY}', objectApiName: 'Lead', record: { fields: {} } })`);
  expect(await text()).toContain('You may not see the OneSignal fields.');
  await show(undefined, { isUnreadable: true });
  expect(await text()).toContain('The record could not be read.');
  expect(await troubles()).toEqual([]);
  await card.picture('card-unreadable');
  await show(undefined);
  expect(await page.locator('.slds-spinner').textContent()).toContain('Loading');
  expect(await troubles()).toEqual([]);
});

test('Resync works by keyboard, and says when Salesforce refuses it', async () => {
  await show(records.failed);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('cardPage.written()')).toEqual([records.failed]);
  await show(records.failed, { refusesUpdates: true });
  await page.getByRole('button', { name: 'Resync' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('The resync could not be asked for.');
});

test('who may not ask for a resync has no button', async () => {
  await show(records.failed, { canEdit: false });
  expect(await page.getByRole('button').count()).toBe(0);
});
