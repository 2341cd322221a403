import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { type ConsoleServer, TOKEN } from './console-server.ts';
import { NOON } from './sample-records.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** For what comes at once: long enough for a machine that is busy, and a test that fails says why. */
const PATIENCE_MS = 20_000;

export interface Looks {
  colours?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A browser with the console in it. */
export interface OpenConsole {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: blocked by the policy, or thrown. */
  complaints: string[];
  close(): Promise<void>;
}

/** The package’s own flags are for a function in a cloud: one process for all, and rules of the web switched off. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'];

export async function startBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await chromium.executablePath(), args: FLAGS });
}

/** The login page, unless `isLoggedIn`. The clock stands, so that words like "5 min ago" are the same each time. */
export async function openConsole(
  browser: Browser,
  server: ConsoleServer,
  { colours = 'light', width = 1280, height = 900 }: Looks = {},
  hash = '#/',
): Promise<OpenConsole> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: colours,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.clock.setFixedTime(NOON);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${server.url}/console/${hash}`);
  return { page, context, complaints, close: () => context.close() };
}

export async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Admin token').fill(TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation').waitFor();
}

/** To another view, and until it has loaded. */
export async function goTo(page: Page, hash: string, heading: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await loaded(page);
}

export function loaded(page: Page): Promise<void> {
  return page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** What a screen reader or a small screen would trip over. */
export async function troublesOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) => [
    ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)),
    ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []),
  ])`);
}
