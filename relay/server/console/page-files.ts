import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { ERROR_CODES } from '../../config/error-codes.ts';

/** Where the build puts the page, seen from this file as from the built one. */
const BUILT = join(import.meta.dirname, '../../../dist/console');

/** Hashed files never change under their name, s. */
const YEAR_S = 365 * 24 * 3_600;

/** The page loads its own files and talks to its own relay: nothing inline, nothing from elsewhere. */
const HEADERS = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
});

/** Serves the console's page at `/console/`; any path below that is no file is the page's own to understand. */
export function mountPage(app: Express, folder = BUILT): void {
  app.use('/console', HEADERS);
  app.get('/console', (request, response, next) => {
    if (request.originalUrl.split('?')[0] === '/console') response.redirect(308, '/console/');
    else next();
  });
  app.use(
    '/console/assets',
    express.static(join(folder, 'assets'), { index: false, redirect: false, immutable: true, maxAge: YEAR_S * 1000 }),
    (_request, response) => void response.status(404).type('text').send('There is nothing here.\n'),
  );
  app.use('/console', express.static(folder, { index: false, redirect: false, cacheControl: false }));
  app.get('/console/{*path}', (_request, response) => {
    response.set('cache-control', 'no-cache');
    if (existsSync(join(folder, 'index.html'))) response.sendFile('index.html', { root: folder, cacheControl: false });
    else response.status(503).type('text').send(`The console is not built. ${ERROR_CODES.CONSOLE_NOT_BUILT}\n`);
  });
}
