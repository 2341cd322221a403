import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_PAGE, startConsoleServer } from '../../test/browser/console/console-server.ts';
import { type Looks, loaded, logIn, openConsole, startBrowser } from '../../test/browser/console/open-console.ts';

/* Pictures of the console for the docs, from samples that follow from a seed: the same each time. */
const IMAGES = process.env.IMAGES ?? join(import.meta.dirname, '../../docs/images');

const server = await startConsoleServer('pictures', { page: BUILT_PAGE });
const [synced] = server.world.records.keys();
const PICTURES: readonly { name: string; hash: string; looks: Looks }[] = [
  { name: 'console-light', hash: '#/', looks: {} },
  { name: 'console-dark', hash: '#/', looks: { colours: 'dark' } },
  { name: 'console-phone', hash: '#/', looks: { width: 375, height: 812 } },
  { name: 'console-failures', hash: '#/failures', looks: {} },
  { name: 'console-record', hash: `#/records/${synced}`, looks: {} },
  { name: 'console-mapping', hash: '#/mapping', looks: {} },
  { name: 'console-conversions', hash: '#/conversions', looks: {} },
];

mkdirSync(IMAGES, { recursive: true });
const browser = await startBrowser();
for (const { name, hash, looks } of PICTURES) {
  const { page, close } = await openConsole(browser, server, looks, hash);
  await logIn(page);
  await page.locator('.live-live').waitFor();
  await loaded(page);
  // What stands still at the bottom of a phone would stand in the middle of the whole page.
  await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: name !== 'console-phone' });
  console.log(`docs/images/${name}.png`);
  await close();
}
await browser.close();
await server.close();
