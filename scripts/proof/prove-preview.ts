import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserPreview } from '../../relay/pipeline/preview/preview.ts';
import type { PreviewSummary } from '../../relay/pipeline/preview/preview-tally.ts';
import { startRelay } from '../../test/emulators/running-relay.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { savedId } from '../demo/play.ts';

export interface PreviewProof {
  records: number;
  /** Users to which a sync under the draft sends something. */
  changing: number;
  /** What is not as it must be, a sentence each. */
  problems: string[];
  /** Of the command, from its start to its end. */
  seconds: number;
  allowed_seconds: number;
}

export interface PreviewProofOptions {
  records: number;
  allowedSeconds: number;
  say(line: string): void;
}

type Preview = PreviewSummary & { previews: UserPreview[] };
type Tags = Readonly<Record<string, string>>;

const MAIN = join(import.meta.dirname, '../../relay/cli/main.ts');
const PATIENCE_MS = 600_000;
/** As fast as OneSignal allows an app. */
const VARIABLES = { ONESIGNAL_REQUESTS_PER_SECOND: '1000' };
const STAGES = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
/** Two of the three stages are mapped, and the third is skipped from then on. */
const DRAFT = {
  settings: { Unmapped_Stage__c: 'Skip' },
  stages: [
    { Object_Name__c: 'Lead', Stage__c: 'Open - Not Contacted', Lifecycle_Stage__c: 'awareness' },
    { Object_Name__c: 'Lead', Stage__c: 'Working - Contacted', Lifecycle_Stage__c: 'Working - Contacted' },
  ],
};

/** Brings records in step, previews a draft of the mapping, puts the draft into the org, syncs everything, and compares. */
export async function provePreview({ records, allowedSeconds, say }: PreviewProofOptions): Promise<PreviewProof> {
  const world = await startWorld({ org: { seed: 'preview' } });
  const folder = mkdtempSync(join(tmpdir(), 'preview-'));
  try {
    say(`${records} leads are brought in step.`);
    const ids = await bringInStep(world, folder, records);
    const before = tagsOf(world);
    say('The draft is previewed.');
    const { preview, seconds } = await runPreview(world, folder);
    const problems = [...unlike(before, tagsOf(world), 'the preview changed')];
    say('The draft is put into the org, and everything is synced.');
    await applyDraft(world, folder, ids);
    problems.push(
      ...unlike(predicted(before, preview), tagsOf(world), 'the sync did not make'),
      ...said(world, preview),
    );
    if (seconds > allowedSeconds) problems.push(`the preview took ${seconds} s, and may take ${allowedSeconds} s`);
    const changing = preview.users.change + preview.users.clear + preview.users.create;
    if (preview.records !== records) problems.push(`${preview.records} records were previewed, not ${records}`);
    if (changing === 0) problems.push('nothing would change: the proof shows nothing');
    return { records, changing, problems, seconds, allowed_seconds: allowedSeconds };
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every hundredth lead has an external id that OneSignal does not take. */
async function bringInStep(world: World, dataDir: string, records: number): Promise<string[]> {
  const relay = await startRelay(world, { dataDir, variables: VARIABLES });
  const ids = Array.from({ length: records }, (_, n) => {
    const external = n % 100 === 99 ? { OneSignal_External_Id__c: 'NA' } : {};
    const values = { LastName: `Lead ${n}`, Company: 'Acme', Status: STAGES[n % STAGES.length] ?? null, ...external };
    return savedId(world.org.create('Lead', values, world.seller));
  });
  await relay.settled(PATIENCE_MS);
  await relay.stop({ keepData: true });
  return ids;
}

async function runPreview(world: World, dataDir: string): Promise<{ preview: Preview; seconds: number }> {
  const file = join(dataDir, 'draft.json');
  writeFileSync(file, JSON.stringify(DRAFT));
  const env = { ...world.environment, RELAY_DATA_DIR: dataDir };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, 'preview', '--all', '--mapping', file, '--json'], { cwd: dataDir, env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.pipe(process.stderr);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the preview ended with ${code}`);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { preview: JSON.parse(output) as Preview, seconds };
}

/** Somebody edits the rows in Setup, and asks for a resync of all. */
async function applyDraft(world: World, dataDir: string, ids: readonly string[]): Promise<void> {
  world.org.setSettings(DRAFT.settings);
  for (const [n, row] of DRAFT.stages.entries())
    world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', `Stage_${n}`, { ...row, Is_Active__c: true });
  const relay = await startRelay(world, { dataDir, variables: VARIABLES });
  const requestedAt = new Date(world.org.now()).toISOString();
  for (const id of ids)
    savedId(world.org.update('Lead', id, { OneSignal_Sync_Requested_At__c: requestedAt }, world.seller));
  await relay.settled(PATIENCE_MS);
  await relay.stop({ keepData: true });
}

function tagsOf({ onesignal }: World): Map<string, Tags> {
  return new Map(
    onesignal.users.all().map(({ externalId, onesignalId, tags }) => [externalId ?? onesignalId, { ...tags }]),
  );
}

/** What OneSignal holds once everything is done that the preview said. */
function predicted(before: ReadonlyMap<string, Tags>, { previews }: Preview): Map<string, Tags> {
  const after = new Map(before);
  for (const { externalId, tags } of previews) {
    if (externalId === undefined) continue;
    const held = Object.entries({ ...after.get(externalId), ...tags.added, ...tags.changed });
    after.set(externalId, Object.fromEntries(held.filter(([key]) => !tags.removed.includes(key))));
  }
  return after;
}

function unlike(wanted: ReadonlyMap<string, Tags>, held: ReadonlyMap<string, Tags>, what: string): string[] {
  const inOrder = (tags: Tags | undefined) => JSON.stringify(Object.entries(tags ?? {}).sort());
  const keys = new Set([...wanted.keys(), ...held.keys()]);
  return [...keys]
    .filter((key) => inOrder(wanted.get(key)) !== inOrder(held.get(key)))
    .map((key) => `${what} user ${key} as said: ${inOrder(held.get(key))}, not ${inOrder(wanted.get(key))}`);
}

/** What each record says, against what the preview said that it would. */
function said({ org }: World, { previews }: Preview): string[] {
  return previews
    .flatMap(({ records }) => records)
    .flatMap(({ recordId, object, status, reason }) => {
      const row = org.peek(object, recordId);
      const says = `${row?.OneSignal_Sync_Status__c} ${row?.OneSignal_Sync_Reason__c}`;
      return says === `${status} ${reason}` ? [] : [`${recordId} says ${says}, not ${status} ${reason}`];
    });
}
