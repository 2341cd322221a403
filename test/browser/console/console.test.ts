import type { Page } from 'playwright-core';
import { type ConsoleScene, setScene } from './console-scene.ts';
import { TOKEN } from './console-server.ts';
import { goTo, logIn } from './open-console.ts';

/* What a person does with the console, in a real browser, against a stand-in for the relay. */
let scene: ConsoleScene;

beforeAll(async () => {
  scene = await setScene();
});
afterEach(async () => {
  expect(await scene.leave()).toEqual([]);
});
afterAll(() => scene.close());

/** Moves by keyboard until the focus is on the element with that name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(
      'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
    );
    if (name.test(focused.trim())) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

const state = (page: Page) => page.getByRole('region', { name: 'State' });

test('by keyboard alone: log in, find a failed record, read why, retry it, see it synced', async () => {
  const { page, server } = await scene.arrive();
  // What is typed before the field has the focus goes nowhere.
  await page.getByLabel('Admin token').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('.live-live').waitFor();

  await tabTo(page, /^Failures/);
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Failed records' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Failures');
  const [recordId = ''] = server.world.failures(null, null).records.map((record) => record.recordId);
  await tabTo(page, new RegExp(`^${recordId}$`));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: recordId }).waitFor();
  await expectText(page, 'BAD_EXTERNAL_ID');
  await expectText(page, 'Next: Correct OneSignal External Id');

  await tabTo(page, /^Retry$/);
  await page.keyboard.press('Enter');
  await page.getByText('The record will be sent again.').waitFor();
  await state(page).getByText('Pending').waitFor();
  server.world.settle();
  server.tell();
  await state(page).getByText('Synced').waitFor();
  await page.getByText('Retry asked for').waitFor();
  expect(await page.getByRole('button', { name: 'Retry', exact: true }).count()).toBe(0);
});

async function expectText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}

test('one record, a reason and all are retried, all only when one means it', async () => {
  const { page, server } = await scene.visit({}, {}, '#/failures');
  const left = () => server.world.failures(null, null);
  const [first] = left().records;
  await page.getByRole('button', { name: `Retry ${first?.recordId}` }).click();
  await page.getByRole('button', { name: 'Retry all 13 records' }).waitFor();

  const group = left().groups.find(({ reason }) => reason === 'TAG_LIMIT');
  await page.getByRole('button', { name: `Retry all ${group?.count} of TAG_LIMIT` }).click();
  await page.getByText(`${group?.count} records will be sent again.`).waitFor();
  expect(left().groups.map(({ reason }) => reason)).not.toContain('TAG_LIMIT');

  const all = page.getByRole('button', { name: /^Retry all \d+ records$/ });
  await all.click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(left().records.length).toBeGreaterThan(0);
  await all.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry all' }).click();
  await page.getByText('Nothing has failed.').waitFor();
  expect(left().records).toEqual([]);
});

test('a retry that the relay refuses says so, and the record stays in the list', async () => {
  const { page, server } = await scene.visit({}, {}, '#/failures');
  server.refuse('/api/failures/retry', {
    status: 503,
    code: 'STORE_FAILED',
    message: 'The store can’t be written to.',
    next: 'Look at the disk.',
  });
  const [first] = server.world.failures(null, null).records;
  await page.getByRole('button', { name: `Retry ${first?.recordId}` }).click();
  await page.getByRole('alert').getByText('Look at the disk.').waitFor();
  expect(await page.getByRole('button', { name: `Retry ${first?.recordId}` }).isEnabled()).toBe(true);
});

test('failures come a page at a time, and of one reason where one is chosen', async () => {
  const { page, server } = await scene.visit({ failed: 230 }, {}, '#/failures');
  const rows = page.getByRole('table', { name: 'Failed records' }).locator('tbody tr');
  await page.getByText('100 shown').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('200 shown').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('230 shown').waitFor();
  await rows.nth(229).waitFor();
  expect(await rows.count()).toBe(230);
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);

  const size = server.world.failures('TAG_LIMIT', null).records.length;
  await page.getByRole('link', { name: 'Show only these of TAG_LIMIT' }).click();
  await page.getByText(`${size} shown`).waitFor();
  expect(await page.evaluate('location.hash')).toBe('#/failures?reason=TAG_LIMIT');
});

test('what is new shows by itself', async () => {
  const { page, server } = await scene.visit();
  await page.getByText('In step, except for 14 failed records.').waitFor();
  server.world.retry({});
  server.tell();
  await page.getByText('Working through 3 records.').waitFor();
});

test('a relay that goes away shows as not live, and the page comes back by itself', async () => {
  const { page, server } = await scene.visit();
  server.goAway();
  await page.getByText('Not live: the connection to the relay is broken.').waitFor();
  server.world.retry({});
  server.comeBack();
  await page.locator('.live-live').waitFor();
  await page.getByText('Working through 3 records.').waitFor();
  expect(await page.getByText('Not live: the connection to the relay is broken.').count()).toBe(0);
});

test('a wrong token is refused in words; the right one opens the page that was asked for', async () => {
  const { page } = await scene.arrive({}, {}, '#/mapping');
  await page.getByLabel('Admin token').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').getByText('This is not the admin token.').waitFor();
  await logIn(page);
  await page.getByRole('heading', { level: 1, name: 'Mapping' }).waitFor();
});

test('a session that ends shows the login, and one that is logged out stays so', async () => {
  const { page, server } = await scene.visit();
  server.expire();
  // Not by a click: the page may find out by itself before it, and the link is gone.
  await page.evaluate('location.hash = "#/mapping"');
  await page.getByText('The session has ended.').waitFor();
  await logIn(page);
  await page.getByRole('heading', { level: 1, name: 'Mapping' }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Admin token').waitFor();
  expect(await page.getByText('The session has ended.').count()).toBe(0);
  await page.reload();
  await page.getByLabel('Admin token').waitFor();
});

test('what is awaited shows as such, and what could not be had can be asked for again', async () => {
  const { page, server } = await scene.visit();
  const release = server.hold('/api/mapping');
  await page.evaluate('location.hash = "#/mapping"');
  await page.getByText('Loading the mapping').waitFor({ state: 'attached' });
  server.refuse('/api/mapping', { status: 500, code: 'STORE_FAILED', message: 'The store fails.', next: 'Wait.' });
  release();
  await page.getByRole('alert').getByText('The store fails.').waitFor();
  server.refuse('/api/mapping', undefined);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('table', { name: 'Stages' }).waitFor();
  expect(await page.getByRole('alert').filter({ hasText: 'The store fails.' }).count()).toBe(0);
});

test('a search by external id finds each record of the user; one that finds one record opens it', async () => {
  const { page, server } = await scene.visit({}, {}, '#/search');
  const search = async (what: string) => {
    await page.getByLabel('Record id, external id or OneSignal id').fill(what);
    await page.getByRole('button', { name: 'Search' }).click();
  };
  await search('user-48213');
  await page.getByText('2 records found').waitFor();
  const [story] = server.world.records.values();
  await search(story?.onesignalId ?? '');
  await page.getByRole('heading', { level: 1, name: story?.recordId ?? 'none' }).waitFor();
  await goTo(page, '#/search', 'Search');
  await search('nobody');
  await page.getByText('The relay knows no such record.').waitFor();
});

test('a record tells its story: state, tags, and each step with what it changed', async () => {
  const { page, server } = await scene.visit();
  const [recordId] = server.world.records.keys();
  await goTo(page, `#/records/${recordId}`, recordId ?? '');
  const story = page.getByRole('region', { name: 'What happened' });
  for (const text of [
    'Moved to another stage',
    'Asked OneSignal: update tags',
    'Status written to the record',
    'Lead converted',
  ])
    await story.getByText(text).first().waitFor();
  await story
    .getByRole('listitem')
    .filter({ hasText: /^~changed: sf_stagecustomer → onboarding$/ })
    .waitFor();
  await page.getByRole('table', { name: 'Tags' }).getByRole('row', { name: 'industry biotechnology' }).waitFor();
});

test('what the relay does not know of a record is said: a tag’s value, and why a status is not written', async () => {
  const { page, server } = await scene.visit();
  const [recordId] = server.world.records.keys();
  await goTo(page, `#/records/${recordId}`, recordId ?? '');
  const tags = page.getByRole('table', { name: 'Tags' });
  await tags.getByRole('row', { name: 'region Not kept by the relay' }).waitFor();
  const [refused] = server.world.failures('WRITE_BACK_REFUSED', null).records;
  await goTo(page, `#/records/${refused?.recordId}`, refused?.recordId ?? '');
  await state(page).getByText('not yet on the record in Salesforce: FIELD_CUSTOM_VALIDATION_EXCEPTION.').waitFor();
});

test('a relay that answers slowly is heard before it is asked again', async () => {
  const { page, server } = await scene.visit();
  const [recordId] = server.world.records.keys();
  const path = `/api/records/${recordId}`;
  await goTo(page, `#/records/${recordId}`, recordId ?? '');
  const asked: string[] = [];
  page.on('request', (request) => request.url().endsWith(path) && asked.push(path));
  const release = server.hold(path);
  for (const failed of server.world.failures(null, null).records.slice(0, 3)) {
    server.world.retry({ recordIds: [failed.recordId] });
    server.tell();
    const left = server.world.failures(null, null).records.length;
    await page.getByRole('link', { name: `${left} failed records` }).waitFor();
  }
  expect(asked).toHaveLength(1);
  const next = page.waitForRequest((request) => request.url().endsWith(path));
  release();
  await next;
  expect(asked).toHaveLength(2);
});

test('the exact time is to be had on focus, in the viewer’s zone', async () => {
  const { page, server } = await scene.visit();
  const [recordId] = server.world.records.keys();
  await goTo(page, `#/records/${recordId}`, recordId ?? '');
  const time = page.getByRole('region', { name: 'State' }).locator('time');
  await time.focus();
  expect(await page.evaluate('getComputedStyle(document.activeElement, "::after").content')).toMatch(
    /24 Nov 2026, 12:34:00 CET/,
  );
});

test('stages that no row maps come first and say what becomes of them', async () => {
  const { page } = await scene.visit({}, {}, '#/mapping');
  const first = page.getByRole('table', { name: 'Stages' }).locator('tbody tr').first();
  expect(await first.textContent()).toContain('Closed - Not Converted');
  expect(await first.textContent()).toContain('Not mapped');
  expect(await first.textContent()).toContain('Skipped');
});

test('a preview says what is wrong with an id before it asks, and what would be sent', async () => {
  const { page, server } = await scene.visit({}, {}, '#/mapping');
  const box = page.getByRole('region', { name: 'Preview' });
  await box.getByLabel('Record ids').fill('not-an-id');
  await box.getByRole('button', { name: 'Preview' }).click();
  await box.getByText('“not-an-id” is no record id').waitFor();
  const [one, other] = server.world.records.keys();
  await box.getByLabel('Record ids').fill(`${one}, ${other}`);
  await box.getByRole('button', { name: 'Preview' }).click();
  await box.getByText('Would be Synced').waitFor();
  await box.getByText('Would be Skipped').waitFor();
  await box.getByText('No tag would change.').waitFor();
});

test('a chart can be walked through by keyboard, and read as a table', async () => {
  const { page } = await scene.visit();
  const chart = page.getByRole('slider', { name: 'Outcomes' });
  await chart.focus();
  await page.keyboard.press('Home');
  const first = await chart.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowRight');
  expect(first).toMatch(/: Synced \d+, Skipped \d+, Failed \d+$/);
  await chart.and(page.locator(`:not([aria-valuetext="${first}"])`)).waitFor();
  await page.getByText('Show as a table: Outcomes').click();
  const rows = page.getByRole('table', { name: 'Outcomes' }).locator('tbody tr');
  await rows.nth(95).waitFor();
  expect(await rows.count()).toBe(96);
});

test('the colours that were chosen are kept, and follow the system again once they are the system’s', async () => {
  const { page } = await scene.visit();
  const shown = () => page.evaluate('document.documentElement.dataset.theme');
  await page.getByRole('button', { name: 'Show in dark colours' }).click();
  await page.reload();
  await page.locator('.live-live').waitFor();
  expect(await shown()).toBe('dark');
  await page.getByRole('button', { name: 'Show in light colours' }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme="dark"]').waitFor();
});

test('conversions of other days are in the address, and what they measure is said', async () => {
  const { page } = await scene.visit({}, {}, '#/conversions');
  await page.getByText('It shows what came before a move, not what caused it').waitFor();
  await page.getByRole('radio', { name: '90 days' }).check();
  await page.waitForURL(/#\/conversions\?days=90$/);
  await page.getByRole('radio', { name: '90 days', checked: true }).waitFor();
});
