import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkTree } from './check-tree.ts';
import { readLockFile } from './lock-file.ts';

/** Says what in the tree of packages must not be released (exit 1), or what is in it. */
const atRoot = (name: string) => new URL(`../../${name}`, import.meta.url);

const MANIFEST = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  allowScripts: z.record(z.string(), z.boolean()),
});

const packages = readLockFile(atRoot('package-lock.json'));
const findings = checkTree(packages, MANIFEST.parse(JSON.parse(readFileSync(atRoot('package.json'), 'utf8'))));
for (const finding of findings) console.log(finding);
const shipped = packages.filter(({ isShipped }) => isShipped);
const counts = Map.groupBy(shipped, ({ licence }) => licence ?? '(none)');
const licences = [...counts].map(([licence, of]) => `${licence} ${of.length}`).join(', ');
console.log(
  `${shipped.length} packages are shipped (${licences}), ${packages.length - shipped.length} build and test; ${findings.length} findings.`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
