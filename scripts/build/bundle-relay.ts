import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import type { BundledPackage } from './bill-of-materials.ts';
import { inOneByteCharacters } from './one-byte-characters.ts';

/**
 * Makes the relay's commands into files that need nothing beside them but Node: what no command can reach is left out, so
 * that a relay starts sooner, has its packages' unused parts neither on the disk nor in memory, and is copied as a folder.
 * Nothing is renamed or squeezed: a place that an error names can be read.
 * @param folder is where the files come; those of a former build have to be gone
 * @returns the packages whose code is in them
 */
export async function bundleRelay(root: string, folder: string): Promise<BundledPackage[]> {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias: IN_PLACE_OF },
    plugins: [ONE_BYTE_CHARACTERS],
    ssr: { target: 'node', noExternal: true, external: [...LEFT_TO_THE_HOST] },
    build: {
      ssr: true,
      target: 'node22',
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      license: { fileName: PACKAGES },
      rolldownOptions: {
        input: Object.fromEntries(COMMANDS.map((name) => [name, join(root, `${name}.ts`)])),
        output: {
          entryFileNames: '[name].js',
          // As deep as a source: a file beside the code is found from either.
          chunkFileNames: 'relay/parts/[name].js',
          // What a licence asks for; the others are in the source.
          comments: { legal: true, annotation: false, jsdoc: false },
        },
      },
    },
  });
  const packages = JSON.parse(readFileSync(join(folder, PACKAGES), 'utf8'));
  rmSync(join(folder, PACKAGES));
  return packages;
}

/** On what is written in the end: whoever prints code after `renderChunk` writes each character as itself again. */
const ONE_BYTE_CHARACTERS: Plugin = {
  name: 'one-byte-characters',
  generateBundle(_, files) {
    for (const file of Object.values(files)) if (file.type === 'chunk') file.code = inOneByteCharacters(file.code);
  },
};

/** Less than the whole of packages that load all they have, needed or not. */
const IN_PLACE_OF = Object.entries({
  undici: 'undici.js',
  'form-data': 'form-data.js',
  tldts: 'tldts.ts',
  'iconv-lite': 'iconv-lite.ts',
  '@opentelemetry/api': 'opentelemetry-api.js',
}).map(([name, file]) => ({
  find: new RegExp(`^${name}$`),
  replacement: join(import.meta.dirname, 'in-place-of', file),
}));

const PACKAGES = 'packages.json';

/** As they are called in the Dockerfile and by service managers. */
const COMMANDS = ['relay/cli/main', 'relay/cli/healthcheck'] as const;

/** pg takes this one where somebody has it: https://node-postgres.com/features/native */
const LEFT_TO_THE_HOST = ['pg-native'] as const;
