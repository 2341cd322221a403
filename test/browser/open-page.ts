import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Page, chromium as playwright } from 'playwright-core';
import { buildPage } from './build-page.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');
const { resolve } = createRequire(import.meta.url);
const STYLES = resolve('@salesforce-ux/design-system/assets/styles/salesforce-lightning-design-system.min.css');
const AXE = resolve('axe-core/axe.min.js');

/** A component of the package in a real browser, in Salesforce's own styles. */
export interface OpenPage {
  page: Page;
  /** With UPDATE_PAGES=1 the picture in docs/images is made anew. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** @param entry the script that puts the component on the page, beside this file */
export async function openPage(entry: string, title: string, width: number): Promise<OpenPage> {
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  const page = await browser.newPage({ viewport: { width, height: 600 } });
  await page.setContent(
    `<!doctype html><html lang="en"><head><title>${title}</title><script>globalThis.process = { env: { NODE_ENV: 'production' } };</script><style>${readFileSync(STYLES, 'utf8')}</style></head>
     <body><main style="padding: 12px"></main></body></html>`,
  );
  await page.addScriptTag({ content: await buildPage(entry) });
  await page.addScriptTag({ path: AXE });
  return { page, picture: (name) => picture(page, name), close: () => browser.close() };
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_PAGES === undefined) return;
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(join(IMAGES, `${name}.png`), await page.locator('main').screenshot());
}
