import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commitOf } from '../../relay/config/commit.ts';
import { VERSION } from '../../relay/config/version.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundleRelay } from './bundle-relay.ts';

/*
 * Builds the relay into dist, or into the folder that an argument names. Beside its code: which commit that is, since some hosts tell it to the build only, and the
 * packages that are in it, for those who watch packages for faults and would not find them in the code.
 */
const root = join(import.meta.dirname, '../..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));

rmSync(join(dist, 'relay'), { recursive: true, force: true });
const packages = await bundleRelay(root, dist);
writeFileSync(join(dist, 'packages.cdx.json'), JSON.stringify(billOfMaterials(VERSION, packages), null, 2));

const commit = commitOf(process.env, askGit);
rmSync(join(dist, 'commit'), { force: true });
if (commit !== null) writeFileSync(join(dist, 'commit'), `${commit}\n`);
console.log(commit === null ? 'Built from a source without a commit.' : `Built from ${commit}.`);

function askGit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
