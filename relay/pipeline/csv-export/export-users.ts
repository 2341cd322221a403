import type { Mapping } from '../../mapping/mapping-rows.ts';
import type { Settings } from '../../mapping/settings.ts';
import type { RecordReader } from '../../salesforce/record-reader.ts';
import type { Store } from '../../store/store.ts';
import { planRecords, type RecordName } from '../preview/preview.ts';
import { PreviewTally, type ReasonCounts } from '../preview/preview-tally.ts';
import { firstOf, tagsWithRoom } from '../tag-room.ts';
import type { Job } from '../unit-jobs.ts';
import { type CellProblem, cellProblem, isAscii } from './csv-cell.ts';
import { type CsvColumns, csvColumns, headerOf } from './csv-columns.ts';
import { type CsvFile, CsvFiles } from './csv-files.ts';
import { type AddressesLeftOut, RowAddresses } from './row-addresses.ts';
import { type PlannedRow, type PlannedRowAddress, RowSpool } from './row-spool.ts';

export interface ExportOptions {
  store: Pick<Store, 'linkedRecords' | 'users' | 'addressesNamed'>;
  reader: RecordReader;
  settings: Settings;
  mapping: Mapping;
  /** A folder that is there. */
  folder: string;
  /** Nobody can have unsubscribed in OneSignal yet: `subscribed` may say yes. */
  isFreshApp: boolean;
  signal: AbortSignal;
  /** Told of the users that are planned so far. */
  onProgress(users: number): void;
  /** Of a file; as OneSignal has it without. */
  mostBytes?: number | undefined;
}

/** Users whose plan no file can hold as it is, by why; the sync sends it. */
export interface LeftToSync {
  why: CellProblem;
  users: number;
  /** Ids of records of a few of them. */
  examples: readonly string[];
}

export interface ExportSummary {
  records: number;
  /** Rows in all files together: one a user. */
  users: number;
  /** Of them, those that an import takes only where OneSignal has the user. */
  usersWithoutAddress: number;
  /** Of them, those with letters that OneSignal's page advises against. */
  usersBeyondAscii: number;
  leftToSync: readonly LeftToSync[];
  addressesLeftOut: AddressesLeftOut;
  tagsWithoutColumn: readonly string[];
  /** Reasons of records other than OK: skipped, failed, or synced in part. */
  reasons: readonly ReasonCounts[];
  files: readonly CsvFile[];
}

const MOST_EXAMPLES = 3;

/**
 * Writes what a sync would send for these records to files that OneSignal imports: one row a user, exactly its plan, or none.
 * Reads Salesforce and the store, writes to neither, and asks OneSignal nothing. Users are planned first and written then,
 * because of two that share an address the second may have opted out of it.
 * @returns undefined when the signal came first; then, as after an error, no file is left
 * @throws RelayError as reading does; the errors of the file system as they are
 */
export async function exportUsers(
  batches: AsyncIterable<readonly RecordName[]>,
  options: ExportOptions,
): Promise<ExportSummary | undefined> {
  const spool = await RowSpool.open(options.folder);
  const columns = csvColumns(options.settings, options.mapping);
  const files = new CsvFiles(options.folder, headerOf(columns), options.mostBytes);
  const planning = new Planning(columns, spool, options);
  let isComplete = false;
  try {
    for await (const batch of batches) {
      if (options.signal.aborted) return undefined;
      await planning.plan(batch);
    }
    const written = await writeRows(spool, columns, planning.addresses, files, options);
    isComplete = written !== undefined;
    return written && { ...planning.summary(), ...written, files: files.files };
  } finally {
    await spool.remove();
    if (!isComplete) await files.remove();
  }
}

/** The first half: each user once, in the spool. */
class Planning {
  readonly addresses: RowAddresses;
  readonly #columns: CsvColumns;
  readonly #spool: RowSpool;
  readonly #options: ExportOptions;
  readonly #tally: PreviewTally;
  readonly #leftToSync = new Map<CellProblem, LeftToSync & { examples: string[] }>();
  #users = 0;

  constructor(columns: CsvColumns, spool: RowSpool, options: ExportOptions) {
    this.addresses = new RowAddresses(options.store);
    this.#columns = columns;
    this.#spool = spool;
    this.#options = options;
    this.#tally = new PreviewTally(options.mapping);
  }

  async plan(batch: readonly RecordName[]): Promise<void> {
    const planned = await planRecords(
      batch.filter(({ recordId }) => !this.#tally.has(recordId)),
      this.#options,
    );
    const jobs = planned.flatMap(({ preview, job }) => (this.#tally.add(preview) && job !== undefined ? [job] : []));
    const addresses = await this.addresses.note(jobs);
    for (const [index, job] of jobs.entries()) {
      if (hasRow(job)) await this.#spoolRow(job, addresses[index] ?? []);
    }
    this.#users += jobs.length;
    this.#options.onProgress(this.#users);
  }

  summary() {
    const { records, reasons } = this.#tally.summary();
    const leftToSync = [...this.#leftToSync.values()];
    return { records, reasons, leftToSync, tagsWithoutColumn: this.#columns.tagsWithoutColumn };
  }

  async #spoolRow({ user, plan, known }: Job, addresses: readonly PlannedRowAddress[]): Promise<void> {
    const room = tagsWithRoom(Object.keys(plan.tags).length, known, this.#options.mapping.version);
    const tags = firstOf(plan.tags, room);
    const cells = [user.key, ...addresses.map(({ token }) => token), ...cellsOf(tags, this.#columns)];
    const problem = cells.map(cellProblem).find((one) => one !== undefined);
    if (problem === undefined) return this.#spool.write({ externalId: user.key, tags, addresses });
    const left = this.#leftToSync.get(problem) ?? { why: problem, users: 0, examples: [] };
    left.users += 1;
    const [first] = user.members;
    if (first !== undefined && left.examples.length < MOST_EXAMPLES) left.examples.push(first.snapshot.id);
    this.#leftToSync.set(problem, left);
  }
}

/** Nobody is made in OneSignal for a record that gives no tags, and an import takes nothing away. */
function hasRow({ user, plan, desired }: Job): boolean {
  return desired !== undefined && user.members.length > 0 && Object.keys(plan.tags).length > 0;
}

/** The second half. @returns undefined when the signal came first */
async function writeRows(
  spool: RowSpool,
  columns: CsvColumns,
  addresses: RowAddresses,
  files: CsvFiles,
  { isFreshApp, signal }: ExportOptions,
): Promise<Pick<ExportSummary, 'users' | 'usersWithoutAddress' | 'usersBeyondAscii' | 'addressesLeftOut'> | undefined> {
  const counts = { users: 0, usersWithoutAddress: 0, usersBeyondAscii: 0 };
  for await (const row of spool.rows()) {
    if (signal.aborted) return undefined;
    const { tokens, isOptedOut } = addresses.give(row);
    const hasAddress = Object.keys(tokens).length > 0;
    const subscribed = hasAddress ? subscribedCell(isOptedOut, isFreshApp) : '';
    const cells = [
      row.externalId,
      ...columns.addresses.map((type) => tokens[type] ?? ''),
      ...(columns.addresses.length > 0 ? [subscribed] : []),
      ...cellsOf(row.tags, columns),
    ];
    await files.write(cells);
    counts.users += 1;
    counts.usersWithoutAddress += Number(!hasAddress);
    counts.usersBeyondAscii += Number(!cells.every(isAscii));
  }
  await files.close();
  return { ...counts, addressesLeftOut: addresses.leftOut };
}

/**
 * An address that is new is subscribed where the cell is blank, and one that unsubscribed stays so "unless updated":
 * https://documentation.onesignal.com/docs/import-email-addresses. A yes would subscribe it again.
 */
function subscribedCell(isOptedOut: boolean, isFreshApp: boolean): string {
  if (isOptedOut) return 'no';
  return isFreshApp ? 'yes' : '';
}

function cellsOf(tags: PlannedRow['tags'], columns: CsvColumns): string[] {
  return columns.tags.map((key) => tags[key] ?? '');
}
