import { readFileSync, writeFileSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';
import { mappingDraftOf, readMappingDraft } from '../mapping/mapping-draft.ts';
import { isRecordIdOf, OBJECT_NAMES, objectOf } from '../mapping/record.ts';
import { openReading, type Reading } from '../pipeline/open-reading.ts';
import { previewRecords, type RecordName, type UserPreview } from '../pipeline/preview/preview.ts';
import { PreviewTally } from '../pipeline/preview/preview-tally.ts';
import { readMappingRows, readSettingsRow } from '../salesforce/setup-reader.ts';
import type { Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openCommandStore } from './command-store.ts';
import { csvHead, csvRows } from './preview-csv.ts';
import { previewText } from './preview-text.ts';
import type { Print } from './print.ts';
import { recordBatches } from './record-batches.ts';

export interface PreviewCommandOptions {
  all?: boolean | undefined;
  stage?: string | undefined;
  mapping?: string | undefined;
  saveMapping?: string | undefined;
  json?: boolean | undefined;
  csv?: boolean | undefined;
}

/**
 * Shows what a sync would do, and does nothing of it: neither OneSignal nor a record is written to.
 * @throws RelayError
 */
export async function previewCommand(
  environment: Environment,
  recordIds: readonly string[],
  options: PreviewCommandOptions,
  print: Print,
): Promise<void> {
  assertAsked(recordIds, options);
  const draft = options.mapping === undefined ? undefined : readMappingDraft(textOf(options.mapping), options.mapping);
  const { store } = await openCommandStore(environment);
  try {
    const logger = createLogger({ ...environment.log, level: 'error' });
    const reading = await openReading({ environment, logger, now: store.now, draft });
    if (options.saveMapping !== undefined) return await saveMapping(reading, options.saveMapping, print);
    await reading.setup.refresh();
    const named = recordIds.map((recordId) => ({ recordId, object: objectOf(recordId) }));
    const batches = isOfMany(options) ? recordBatches(reading.reader, { stage: options.stage }) : [named];
    await show(batches, reading, store, options, print);
  } finally {
    await store.close();
  }
}

function assertAsked(recordIds: readonly string[], options: PreviewCommandOptions): void {
  const wrong = recordIds.filter((id) => !OBJECT_NAMES.some((object) => isRecordIdOf(object, id)));
  if (wrong.length > 0) {
    throw new RelayError('COMMAND_INVALID', `${wrong.join(', ')}: not the 18 characters of a lead’s or contact’s id.`);
  }
  const isAsked = recordIds.length > 0 || isOfMany(options) || options.saveMapping !== undefined;
  if (!isAsked) {
    throw new RelayError('COMMAND_INVALID', 'What to preview is not said: name record ids, --stage or --all.');
  }
}

function isOfMany({ all, stage }: PreviewCommandOptions): boolean {
  return all === true || stage !== undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new RelayError('COMMAND_INVALID', `The file ${file} can’t be read.`);
  }
}

async function saveMapping({ session }: Reading, file: string, print: Print): Promise<void> {
  const { stages, tags } = await readMappingRows(session);
  writeFileSync(file, mappingDraftOf(await readSettingsRow(session), stages, tags));
  print(`${file} holds ${stages.length} stage rows and ${tags.length} tag rows: edit it, and name it with --mapping.`);
}

async function show(
  batches: AsyncIterable<readonly RecordName[]> | Iterable<readonly RecordName[]>,
  { reader, setup }: Reading,
  store: Store,
  { json = false, csv = false, ...options }: PreviewCommandOptions,
  print: Print,
): Promise<void> {
  const { settings, mapping } = setup;
  const warnings = Object.values(setup.warnings).flat();
  const tally = new PreviewTally(mapping);
  const kept: UserPreview[] = [];
  if (csv) print(csvHead());
  for await (const batch of batches) {
    const names = batch.filter(({ recordId }) => !tally.has(recordId));
    const users = await previewRecords(names, { store, reader, settings, mapping });
    const fresh = users.filter((user) => tally.add(user));
    if (csv && fresh.length > 0) print(csvRows(fresh));
    // Of a whole org only the counts are shown as text.
    if (json || (!csv && !isOfMany(options))) kept.push(...fresh);
  }
  const summary = tally.summary();
  if (json) print(JSON.stringify({ ...summary, warnings, previews: kept }));
  else if (!csv) print(previewText(summary, kept, warnings, settings));
}
