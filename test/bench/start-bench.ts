import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions, BenchResult } from './bench.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { type MeasuredProcess, startCommand, startScript } from './measured-start.ts';
import { rounded, type Spread, spreadOf } from './spread.ts';

const ROOT = join(import.meta.dirname, '../..');

/** From nothing to subscribed, and what an installation weighs. */
export async function benchStart({ runs, say }: BenchOptions): Promise<BenchResult> {
  say('Start: from nothing to subscribed.');
  const emulators = await startEmulators(10);
  const seconds: Record<'relay' | 'script', number[]> = { relay: [], script: [] };
  try {
    for (let n = 0; n < runs; n += 1) {
      seconds.relay.push(await secondsOf(emulators, (env, folder) => startCommand(['run'], env, folder)));
      seconds.script.push(await secondsOf(emulators, startScript));
    }
  } finally {
    await emulators.stop();
  }
  const spreads: Record<'relay' | 'script', Spread> = {
    relay: spreadOf(seconds.relay),
    script: spreadOf(seconds.script),
  };
  const installedMb = sizeOfInstallation();
  const line = `subscribed ${spreads.relay.median} s after the start (script: ${spreads.script.median} s); ${installedMb} MB installed`;
  return { name: 'start', line, figures: { spreads, installedMb }, problems: [] };
}

async function secondsOf(
  { environment }: Emulators,
  start: (env: Record<string, string>, folder: string) => MeasuredProcess,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const beganAt = performance.now();
  const subject = start(environment, folder);
  await subject.ready;
  const seconds = rounded((performance.now() - beganAt) / 1_000, 2);
  subject.kill('SIGKILL');
  await subject.ended;
  rmSync(folder, { recursive: true, force: true });
  return seconds;
}

/** MB: all that the relay needs at work but Node. */
function sizeOfInstallation(): number {
  return rounded(sizeOf(join(ROOT, 'dist')) / 1_000_000, 1);
}

function sizeOf(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((total, name) => total + sizeOf(join(path, name)), 0);
}
