import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withConsole } from './served-console.ts';

let pageFolder: string;
beforeEach(() => {
  pageFolder = mkdtempSync(join(tmpdir(), 'page-'));
});
afterEach(() => rmSync(pageFolder, { recursive: true, force: true }));

const CSP =
  "default-src 'none';script-src 'self';style-src 'self';font-src 'self';img-src 'self';connect-src 'self';" +
  "base-uri 'none';form-action 'self';frame-ancestors 'none'";

function build() {
  mkdirSync(join(pageFolder, 'assets'));
  writeFileSync(join(pageFolder, 'index.html'), '<title>Console</title>');
  writeFileSync(join(pageFolder, 'assets', 'main-1a2b.js'), 'export {};');
}

test('the page is served at any of its paths, is asked for anew each time, and loads its own files only', () => {
  build();
  return withConsole({ pageFolder }, async ({ ask }) => {
    for (const path of ['/console/', '/console/failures', '/console/records/00Q1']) {
      const { status, headers, text } = await ask(path);
      expect([path, status, text]).toEqual([path, 200, '<title>Console</title>']);
      expect(headers.get('content-security-policy')).toBe(CSP);
      expect(headers.get('cache-control')).toBe('no-cache');
    }
    const short = await ask('/console');
    expect([short.status, short.headers.get('location')]).toEqual([308, '/console/']);
  });
});

test('its hashed files may be kept for a year; one that is not there is no page', () => {
  build();
  return withConsole({ pageFolder }, async ({ ask }) => {
    const file = await ask('/console/assets/main-1a2b.js');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await ask('/console/assets/main-gone.js')).status).toBe(404);
    expect((await ask('/console/assets/..%2f..%2fpackage.json')).status).not.toBe(200);
  });
});

test('a page that is not built is said to be so', () =>
  withConsole({ pageFolder }, async ({ ask }) => {
    const { status, text } = await ask('/console/');
    expect(status).toBe(503);
    expect(text).toContain('npm run build');
  }));
