import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitOf } from '../../relay/config/commit.ts';

/** Writes beside the compiled code which commit it was built from: some hosts tell it to the build only. */
const root = join(import.meta.dirname, '../..');
const commit = commitOf(process.env, askGit);
if (commit !== null) writeFileSync(join(root, 'dist/commit'), `${commit}\n`);
console.log(commit === null ? 'Built from a source without a commit.' : `Built from ${commit}.`);

function askGit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
