import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_LIMIT, type Emulators, startEmulators, type WorldLimits } from './emulators.ts';
import { type MeasuredProcess, startCommand, startScript } from './measured-start.ts';

export type SubjectName = 'relay' | 'script';

/** What is measured, with both sides for itself. */
export interface Subject {
  name: SubjectName;
  emulators: Emulators;
  /** The first is the one that is measured. */
  processes: readonly MeasuredProcess[];
  folder: string;
  close(): Promise<void>;
}

export interface SubjectOptions extends WorldLimits {
  leads: number;
  /** Of the relay's environment. */
  variables?: Record<string, string>;
  /** Relays on one store. */
  relays?: number;
  /** With the folder and the environment, before anything of the relay runs. */
  prepare?(folder: string, env: Record<string, string>): Promise<void>;
}

/** A relay that has synced every lead, and listens. */
export async function openRelay(options: SubjectOptions): Promise<Subject> {
  const { leads, variables = {}, relays = 1, prepare } = options;
  const { requestsPerSecond = APP_LIMIT } = options;
  const emulators = await startEmulators(leads, options);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const env = { ...emulators.environment, ONESIGNAL_REQUESTS_PER_SECOND: String(requestsPerSecond), ...variables };
  await prepare?.(folder, env);
  const processes: MeasuredProcess[] = [];
  for (let n = 0; n < relays; n += 1) processes.push(startCommand(['run'], env, folder));
  // Of several, one listens.
  await Promise.any(processes.map(({ ready }) => ready));
  await startCommand(['backfill', '--yes'], env, folder).ended;
  return { name: 'relay', emulators, processes, folder, close: () => close(emulators, processes, folder) };
}

/** The script, with users that OneSignal knows. */
export async function openScript(options: SubjectOptions): Promise<Subject> {
  const emulators = await startEmulators(options.leads, options);
  await emulators.seedUsers();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const processes = [startScript(emulators.environment, folder)];
  await processes[0]?.ready;
  return { name: 'script', emulators, processes, folder, close: () => close(emulators, processes, folder) };
}

async function close(emulators: Emulators, processes: readonly MeasuredProcess[], folder: string): Promise<void> {
  for (const one of processes) one.kill('SIGTERM');
  await Promise.allSettled(processes.map(({ ended }) => ended));
  await emulators.stop();
  rmSync(folder, { recursive: true, force: true });
}
