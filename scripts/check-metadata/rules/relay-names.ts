import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../finding.ts';
import type { MetadataPackage } from '../load-package.ts';

const RELAY_SOURCES = join(import.meta.dirname, '..', '..', '..', 'relay');
const CUSTOM_NAME = /\b[A-Za-z]\w*?__(?:c|e|mdt)\b/g;

/** Every custom object and field that the relay's sources name is in the package, whatever the relay does with it. */
export function checkRelayNames(loaded: MetadataPackage, sources = RELAY_SOURCES): Finding[] {
  const known = new Set([
    ...loaded.objects.keys(),
    ...[...loaded.fields.values()].flatMap((byName) => [...byName.keys()]),
  ]);
  return globSync('**/*.ts', { cwd: sources })
    .sort()
    .flatMap((file) => {
      const names = new Set(readFileSync(join(sources, file), 'utf8').match(CUSTOM_NAME) ?? []);
      return [...names]
        .filter((name) => !known.has(name))
        .map((name) => ({ rule: 'relay-name', file: `relay/${file}`, message: `the package has no ${name}` }));
    });
}
