import type { Browser } from 'playwright-core';
import { readEnvironment } from '../../../relay/config/environment.ts';
import { consoleRoutes } from '../../../relay/server/console/console-routes.ts';
import { mountPage } from '../../../relay/server/console/page-files.ts';
import { type HttpServer, startHttpServer } from '../../../relay/server/http-server.ts';
import { endScenario, firstPassIsOver, startScenario } from '../../integration/scenario.ts';
import { type BuiltPage, buildConsole } from './built-page.ts';
import { startBrowser, troublesOf } from './open-console.ts';

/* The page and the relay together: what one says the other understands. */
/** As a save in the UI without the assignment rules. */
const BY_HAND = { autoAssign: false, allowDuplicates: true };
const TOKEN = 'a-token-of-some-length';

let built: BuiltPage;
let browser: Browser;
let server: HttpServer;

beforeAll(async () => {
  built = await buildConsole();
  browser = await startBrowser();
});
afterEach(async () => {
  await server.close();
  await endScenario();
});
afterAll(async () => {
  await browser.close();
  await built.remove();
});

test('somebody logs in, finds a failed record, reads why, retries it once it is corrected, and sees it synced', async () => {
  const s = await startScenario({ relay: { variables: { RELAY_ADMIN_TOKEN: TOKEN } } });
  await firstPassIsOver(s);
  const lead = s.lead({ OneSignal_External_Id__c: 'NA' });
  await s.settled();
  expect(s.said(lead)).toBe('Failed BAD_EXTERNAL_ID');
  const environment = readEnvironment({ ...s.world.environment, RELAY_ADMIN_TOKEN: TOKEN }, String);
  server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, version: '0.0.0', metrics: s.relay.metrics },
    readiness: () => s.relay.relay.readiness(),
    beforeMetrics: async () => undefined,
    routes: [
      (app) => mountPage(app, built.folder),
      consoleRoutes({ environment, commit: 'abc', view: () => s.relay.relay.view }),
    ],
  });

  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${server.url}/console/`);
  await page.getByLabel('Admin token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText('In step, except for 1 failed record.').waitFor();
  await page.getByRole('link', { name: /^Failures/ }).click();
  await page.getByRole('table', { name: 'Failed records' }).getByRole('link', { name: lead }).click();
  const state = page.getByRole('region', { name: 'State' });
  await state.getByText('BAD_EXTERNAL_ID').waitFor();
  await state.getByText('Correct OneSignal External Id').first().waitFor();

  // By somebody with the bypass: else the correction itself would bring the lead back.
  const quietly = { ...s.world.relayUser, isAdministrator: true };
  s.world.org.update('Lead', lead, { OneSignal_External_Id__c: 'ada' }, quietly, BY_HAND);
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await state.getByText('Synced').waitFor();
  await page.getByText('Status written to the record').first().waitFor();
  await page.getByText('Retry asked for').waitFor();
  expect(s.user('ada')).toBeDefined();
  expect(await troublesOf(page)).toEqual([]);

  for (const name of ['Overview', 'Search', 'Mapping', 'Conversions']) {
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').allTextContents()).toEqual([]);
    expect(await troublesOf(page)).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
