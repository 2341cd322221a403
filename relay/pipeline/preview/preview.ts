import type { Mapping } from '../../mapping/mapping-rows.ts';
import { describeOutcome, type OutcomeStatus, REASONS, type ReasonCode } from '../../mapping/outcome.ts';
import type { ObjectName, Snapshot } from '../../mapping/record.ts';
import type { Settings } from '../../mapping/settings.ts';
import type { RecordReader } from '../../salesforce/record-reader.ts';
import type { LeasedRecord, LinkedRecord, Store } from '../../store/store.ts';
import { gather } from '../gather.ts';
import { type Job, jobsOf } from '../unit-jobs.ts';
import { cutIntoUnits, type Unit } from '../units.ts';
import { REASON_OF_ABSENCE } from '../verdicts.ts';
import { type UserDifference, userDifference } from './user-difference.ts';

/** A record, and what it would say after a sync if OneSignal takes the plan. */
export interface RecordPreview {
  recordId: string;
  object: ObjectName;
  stage: string | null;
  status: OutcomeStatus;
  reason: ReasonCode;
  detail: string;
}

/** A OneSignal user, what would change on it, and its records; undefined for records that stand for no user. */
export interface UserPreview extends UserDifference {
  externalId: string | undefined;
  records: readonly RecordPreview[];
}

export interface PreviewOptions {
  store: Pick<Store, 'linkedRecords' | 'users'>;
  reader: RecordReader;
  settings: Settings;
  mapping: Mapping;
}

export interface RecordName {
  recordId: string;
  object: ObjectName;
}

/** A preview, and the work that it is of; undefined for records that stand for no user. */
export interface PlannedUser {
  preview: UserPreview;
  job: Job | undefined;
}

/**
 * What a sync of these records, and of those that share users with them, would do now: reads Salesforce and the store, and
 * changes nothing. OneSignal is not asked: what it refuses, the cap of tags of others or an alias that somebody else holds,
 * shows only in a sync.
 * @throws RelayError as reading does
 */
export async function previewRecords(names: readonly RecordName[], options: PreviewOptions): Promise<UserPreview[]> {
  return (await planRecords(names, options)).map(({ preview }) => preview);
}

/** The same, with the plans themselves. @throws RelayError as reading does */
export async function planRecords(
  names: readonly RecordName[],
  { store, reader, settings, mapping }: PreviewOptions,
): Promise<PlannedUser[]> {
  const linked = await store.linkedRecords({ userKeys: [], recordIds: names.map(({ recordId }) => recordId) });
  const links = new Map(linked.map((link) => [link.recordId, link]));
  const due = names.map((name) => asIfDue(name, links.get(name.recordId)));
  const gathered = await gather(due, { store, reader, settings, tiedTo: () => [] });
  const units = cutIntoUnits(gathered, due);
  const known = await store.users(units.flatMap(({ users }) => users.map(({ key }) => key)));
  return units.flatMap((unit) => [
    ...jobsOf(unit, { settings, mapping, known }).map((job) => ({ preview: ofUser(job), job })),
    ...ofNobody(unit).map((preview) => ({ preview, job: undefined })),
  ]);
}

function asIfDue({ recordId, object }: RecordName, link: LinkedRecord | undefined): LeasedRecord {
  return {
    recordId,
    object,
    hint: link?.hint,
    hasDeletionEvidence: link?.hasDeletionEvidence ?? false,
    userKey: link?.userKey ?? null,
    generation: 0,
    dueSince: 0,
    lane: 'bulk',
    isForced: false,
    attempts: 0,
  };
}

function ofUser({ user, plan, desired, known }: Job): UserPreview {
  const snapshots = new Map(user.members.map(({ snapshot }) => [snapshot.id, snapshot]));
  const records = plan.outcomes.flatMap(({ recordId, status, reason, detail }): RecordPreview[] => {
    const snapshot = snapshots.get(recordId);
    return snapshot === undefined ? [] : [{ ...named(snapshot), status, reason, detail }];
  });
  return { externalId: user.key, ...userDifference(desired, known, user.members.length === 0), records };
}

/** Records that stand for no user, or can't be seen. */
function ofNobody({ refused, absent }: Unit): UserPreview[] {
  const nothing = { externalId: undefined, ...userDifference(undefined, undefined, false) };
  const records = [
    ...refused.map(({ snapshot, reason }) => ({ ...named(snapshot), ...saying(reason) })),
    ...absent.map(({ record: { recordId, object }, absence }) => ({
      ...{ recordId, object, stage: null },
      ...saying(REASON_OF_ABSENCE[absence]),
    })),
  ];
  return records.length === 0 ? [] : [{ ...nothing, records }];
}

function named({ id, object, stage }: Snapshot) {
  return { recordId: id, object, stage };
}

function saying(reason: ReasonCode) {
  return { status: REASONS[reason].status, reason, detail: describeOutcome(reason) };
}
