import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import lwc from '@lwc/rollup-plugin';
import { rollup } from 'rollup';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGE = join(ROOT, 'sfdx/main/default');
const LABEL = '@salesforce/label/c.';
/** Rollup’s mark of a module that is no file: other plugins leave it alone. */
const OURS = '\0label:';

/**
 * A component as one script, with stand-ins for the parts of a Lightning page, and the package's own labels.
 * @param entry the script that puts it on the page, beside this file
 */
export async function buildPage(entry: string): Promise<string> {
  const bundle = await rollup({
    input: join(import.meta.dirname, entry),
    plugins: [
      customLabels(),
      lwc({
        rootDir: import.meta.dirname,
        modules: [
          { name: 'c/oneSignalHelp', path: join(PACKAGE, 'lwc/oneSignalHelp/oneSignalHelp.js') },
          { name: 'c/oneSignalSyncCard', path: join(PACKAGE, 'lwc/oneSignalSyncCard/oneSignalSyncCard.js') },
          { dir: join(import.meta.dirname, 'modules') },
          { npm: '@lwc/engine-dom' },
          { npm: '@lwc/synthetic-shadow' },
        ],
      }),
    ],
    onwarn: () => undefined,
  });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  return output[0].code;
}

/** Salesforce gives a component the label in the viewer's language. */
function customLabels() {
  const file = readFileSync(join(PACKAGE, 'labels/CustomLabels.labels-meta.xml'), 'utf8');
  const labels = new Map(
    [...file.matchAll(/<fullName>(\w+)<\/fullName>.*?<value>(.*?)<\/value>/gs)].map(([, name, value]) => [name, value]),
  );
  return {
    name: 'custom-labels',
    resolveId: (id: string) => (id.startsWith(LABEL) ? `${OURS}${id.slice(LABEL.length)}` : null),
    load(id: string) {
      return id.startsWith(OURS) ? `export default ${JSON.stringify(labels.get(id.slice(OURS.length)))};` : null;
    },
  };
}
