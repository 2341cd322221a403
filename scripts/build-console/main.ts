import { join, resolve } from 'node:path';

/*
 * Builds the page of the console, relay/console, into dist/console, from where the relay serves it at /console/.
 * npm runs it after an install too; one without the tools for development, as in an image, has a built page already.
 * An argument names another folder to build into.
 */
const ROOT = join(import.meta.dirname, '../..');
const folder = resolve(process.argv[2] ?? join(ROOT, 'dist/console'));

const vite = await import('vite').catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || process.env.npm_lifecycle_event !== 'prepare') throw error;
});

if (vite !== undefined)
  await vite.build({
    configFile: false,
    root: join(ROOT, 'relay/console'),
    base: '/console/',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      // The browsers that know light-dark(): https://developer.mozilla.org/en-US/docs/Web/CSS/color_value/light-dark
      target: ['chrome123', 'firefox120', 'safari17.5'],
      // The page may load nothing but files from the relay: no data: addresses, and no script in the page itself.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
