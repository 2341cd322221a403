import { RelayError } from '../../config/relay-error.ts';
import { objectOf } from '../../mapping/record.ts';
import { previewRecords, type UserPreview } from '../../pipeline/preview/preview.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import { invalid } from './api-errors.ts';
import type { PreviewAnswer, PreviewedRecord, PreviewRequest } from './contract.ts';
import { recordIdOf } from './record-ids.ts';
import { storyOf } from './timeline.ts';

/** What a sync of these records would do now; nothing is sent. @throws RelayError as reading Salesforce does */
export async function preview(view: RelayView, { recordIds: given }: PreviewRequest): Promise<PreviewAnswer> {
  const wrong = given.filter((id) => recordIdOf(id) === undefined);
  if (wrong.length > 0) throw invalid('These are not all ids of leads or contacts, of 15 or 18 characters.');
  if (view.orgId() === undefined)
    throw new RelayError('RELAY_STARTING', 'The relay has not logged in to Salesforce yet.');
  if (view.budget.phase === 'spent')
    throw new RelayError('SALESFORCE_API_LIMIT', 'The relay has used its share of the org’s API calls.');
  const ids = [...new Set(given.flatMap((id) => recordIdOf(id) ?? []))];
  const { store, reader, setup } = view;
  const { settings, mapping } = setup;
  const names = ids.map((recordId) => ({ recordId, object: objectOf(recordId) }));
  const users = await previewRecords(names, { store, reader, settings, mapping });
  const records = ids.map(async (recordId) => {
    const user = users.find((one) => one.records.some((record) => record.recordId === recordId));
    const record = user?.records.find((one) => one.recordId === recordId);
    if (user === undefined || record === undefined) return [];
    const known = storyOf(await store.journal({ recordId, limit: 100 })).tags;
    return [previewedRecord(record, user, known)];
  });
  return { records: (await Promise.all(records)).flat() };
}

function previewedRecord(
  { recordId, status, reason }: UserPreview['records'][number],
  { externalId, tags }: UserPreview,
  known: ReadonlyMap<string, string>,
): PreviewedRecord {
  return {
    recordId,
    status,
    reason,
    userKey: externalId ?? null,
    added: tags.added,
    changed: Object.entries(tags.changed).map(([tag, to]) => ({ tag, from: known.get(tag) ?? '', to })),
    removed: tags.removed,
  };
}
