import { REASONS } from '../../relay/mapping/outcome.ts';
import { type OpenPage, openPage } from './open-page.ts';

/* The help page of the app in a real browser. With UPDATE_PAGES=1 its picture in docs/images is made anew. */
const DESK = 1100;
const PHONE = 375;

let help: OpenPage;

beforeAll(async () => {
  help = await openPage('help-page.js', 'OneSignal Help', DESK);
});
afterAll(() => help.close());

test.each([
  ['desk', DESK],
  ['phone', PHONE],
] as const)('on a %s it fits, and a screen reader finds its way', async (name, width) => {
  await help.page.setViewportSize({ width, height: 600 });
  expect(await help.page.evaluate<string[]>('helpPage.troubles()')).toEqual([]);
  if (name === 'desk') await help.picture('help');
});

test('it explains every reason that the relay knows, in the words that the record has', async () => {
  const rows = await help.page.locator('tbody tr').allTextContents();
  const told = Object.entries(REASONS).map(([code, { meaning, nextStep }]) => `${code}${meaning}${nextStep}`);
  expect(rows.sort()).toEqual(told.sort());
});

test('its links go to the lists, the reports, the mapping and the settings', async () => {
  const links = await help.page.locator('a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
  expect(links).toEqual([
    '/lightning/o/Lead/list?filterName=OneSignal_Failed',
    '/lightning/o/Lead/list?filterName=OneSignal_Overdue',
    '/lightning/o/Lead/list?filterName=OneSignal_Skipped',
    '/lightning/o/Contact/list?filterName=OneSignal_Failed',
    '/lightning/o/Contact/list?filterName=OneSignal_Overdue',
    '/lightning/o/Contact/list?filterName=OneSignal_Skipped',
    '/lightning/o/Report/home',
    '/lightning/setup/CustomMetadata/home',
    '/lightning/setup/CustomSettings/home',
  ]);
});
