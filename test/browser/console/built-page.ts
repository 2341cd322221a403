import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../../scripts/build-console/main.ts');

export interface BuiltPage {
  folder: string;
  remove(): Promise<void>;
}

/** The page as its sources are now, in a folder of its own: the one in dist may be older, or just being built. */
export async function buildConsole(): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'console-page-'));
  await promisify(execFile)(process.execPath, [SCRIPT, folder]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
