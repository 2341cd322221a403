import { type ConsoleScene, setScene } from './console-scene.ts';
import { goTo, type Looks, troublesOf } from './open-console.ts';
import type { Mood } from './sample-figures.ts';

/* Each view, as each person meets it: it reads well, fits the screen, and loads nothing that the policy forbids. */
let scene: ConsoleScene;

beforeAll(async () => {
  scene = await setScene();
});
afterEach(async () => {
  expect(await scene.leave()).toEqual([]);
});
afterAll(() => scene.close());

const LOOKS: readonly (readonly [string, Looks])[] = [
  ['in light colours', { colours: 'light' }],
  ['in dark colours', { colours: 'dark' }],
  ['on a phone', { width: 375, height: 700 }],
];

/** A record that the relay does not know. */
const NOBODY = '00Q000000000001EAA';

const MOODS: readonly Mood[] = ['working', 'new', 'troubled'];
const HEADINGS: Readonly<Record<string, string>> = {
  '#/': 'Overview',
  '#/failures': 'Failures',
  '#/search': 'Search',
  '#/search?q=user-48213': 'Search',
  '#/mapping': 'Mapping',
  '#/conversions': 'Conversions',
};

const SCENES = MOODS.flatMap((mood) => LOOKS.map(([name, looks]) => [mood, name, looks] as const));

test.each(SCENES)('every view of a relay that is %s reads well %s', async (mood, _name, looks) => {
  const { page, server } = await scene.visit({ mood }, looks);
  const ids = [...[...server.world.records.keys()].slice(0, 4), NOBODY];
  const records = Object.fromEntries(ids.map((id) => [`#/records/${id}`, id]));
  for (const [hash, heading] of Object.entries({ ...HEADINGS, ...records })) {
    await goTo(page, hash, heading);
    expect({ hash, troubles: await troublesOf(page) }).toEqual({ hash, troubles: [] });
  }
});

test.each(LOOKS)('the login, a chart as a table, a preview and a question read well %s', async (_name, looks) => {
  const { page, server } = await scene.arrive({}, looks);
  await page.getByLabel('Admin token').waitFor();
  expect(await troublesOf(page)).toEqual([]);
  await scene.leave();

  const open = await scene.visit({}, looks);
  await open.page.getByText('Show as a table').first().click();
  await open.page.getByRole('table', { name: 'Outcomes' }).waitFor();
  expect(await troublesOf(open.page)).toEqual([]);

  await open.page.evaluate('location.hash = "#/mapping"');
  await open.page.getByLabel('Record ids').fill([...server.world.records.keys()].slice(0, 2).join('\n'));
  await open.page.getByRole('button', { name: 'Preview' }).click();
  await open.page.getByText('Would be Synced').waitFor();
  expect(await troublesOf(open.page)).toEqual([]);

  await open.page.evaluate('location.hash = "#/failures"');
  await open.page.getByRole('button', { name: 'Retry all 14 records' }).click();
  await open.page.getByRole('dialog').waitFor();
  expect(await troublesOf(open.page)).toEqual([]);
});

test.each(LOOKS)('what is refused, and what is not live, reads well %s', async (_name, looks) => {
  const { page, server } = await scene.visit({}, looks);
  for (const path of ['/api/history', '/api/failures', '/api/mapping', '/api/conversions'])
    server.refuse(path, { status: 500, code: 'STORE_FAILED', message: 'The store fails.', next: 'Look at the disk.' });
  for (const hash of ['#/failures', '#/mapping', '#/conversions']) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.getByRole('alert').waitFor();
    expect(await troublesOf(page)).toEqual([]);
  }
  server.goAway();
  await page.locator('.live-lost').waitFor();
  expect(await troublesOf(page)).toEqual([]);
});
