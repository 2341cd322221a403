import { isRelayError, RelayError } from '../../config/relay-error.ts';
import type { ObjectName } from '../../mapping/record.ts';
import { type BulkPage, readBulkPage } from '../../salesforce/bulk-page.ts';
import { deleteBulkQuery, startBulkQuery } from '../../salesforce/bulk-query.ts';
import { waitForBulkQuery } from '../../salesforce/bulk-wait.ts';
import type { SalesforceSession } from '../../salesforce/session.ts';
import type { RecordChange, Store } from '../../store/store.ts';
import { sleep } from '../gate.ts';
import type { Setup } from '../setup.ts';
import type { BackfillOptions } from './backfill-options.ts';
import type { BackfillProgress } from './backfill-progress.ts';
import { backfillQuery, type FoundRecord, foundIn } from './backfill-query.ts';
import { bulkChange, isToBeFilled, isWaiting } from './who-is-due.ts';

/** Rows that are compared with the store, and made due, at once. */
const CHUNK = 500;
/** So many may wait in the bulk lane: more would only lie in the store twice, as rows and as results of the query. */
const MOST_WAITING = 5_000;
/** Between two looks at how many still wait, ms. */
const LOOK_MS = 500;

export interface BackfillParts {
  store: Store;
  session: SalesforceSession;
  setup: Setup;
  epoch: () => number;
  now: () => number;
  onDue(): void;
  /** Resolves when there are API calls for a backfill, or when the signal aborts. */
  bulkPassable(signal: AbortSignal): Promise<void>;
}

export interface BackfillRun {
  requestId: number;
  options: BackfillOptions;
  /** Where it goes on. */
  progress: BackfillProgress;
  signal: AbortSignal;
  /** Told after each step, of which the store knows already. */
  onProgress(progress: BackfillProgress): void;
}

/**
 * Makes records due that live changes don't bring: page after page, no faster than they are synced, behind everything
 * that is live. Salesforce's rows only say whom to look at; what OneSignal gets is what the record says when its turn
 * comes, so that an old page never overwrites a newer stage.
 * @returns false when the signal came first: it goes on where it was with the next run
 * @throws RelayError BACKFILL_STOPPED, and what Salesforce and the store do
 */
export async function backfill(parts: BackfillParts, run: BackfillRun): Promise<boolean> {
  const filling = new Filling(parts, run);
  if (run.options.scope === 'changed') await filling.takeChanged();
  else for (const object of run.options.objects) await filling.takeObject(object);
  return filling.awaitSent();
}

class Filling {
  readonly #parts: BackfillParts;
  readonly #run: BackfillRun;
  #progress: BackfillProgress;

  constructor(parts: BackfillParts, run: BackfillRun) {
    this.#parts = parts;
    this.#run = run;
    this.#progress = run.progress;
  }

  /** All records of one object, by a bulk query. */
  async takeObject(object: ObjectName): Promise<void> {
    if (this.#isPast(object) || this.#run.signal.aborted) return;
    try {
      await this.#readObject(object);
    } catch (error) {
      // Its results live for a week, or somebody deleted it: a new one begins anew, and leaves alone what is right by then.
      if (!isRelayError(error) || error.code !== 'BULK_QUERY_GONE') throw error;
      const { found, read } = this.#progress.place.before ?? this.#progress;
      await this.#keep([], { place: {}, phase: 'finding', found, read });
      await this.#readObject(object);
    }
  }

  #isPast(object: ObjectName): boolean {
    const { phase, place } = this.#progress;
    const { objects } = this.#run.options;
    return (
      phase === 'sending' || (place.object !== undefined && objects.indexOf(object) < objects.indexOf(place.object))
    );
  }

  async #readObject(object: ObjectName): Promise<void> {
    const { session, bulkPassable } = this.#parts;
    await bulkPassable(this.#run.signal);
    if (this.#run.signal.aborted) return;
    const jobId = await this.#jobFor(object);
    const rows = await waitForBulkQuery(session, jobId, { sleep, signal: this.#run.signal });
    if (rows === undefined) return;
    const { before, locator: first, readBefore } = this.#progress.place;
    await this.#keep([], {
      phase: 'reading',
      found: (before?.found ?? 0) + rows,
      read: readBefore ?? this.#progress.read,
    });
    let locator = first;
    do {
      const page = await readBulkPage(session, jobId, { locator });
      if (!(await this.#takePage(object, page))) return;
      locator = page.next;
      await this.#keep([], { place: { object, jobId, before, locator, readBefore: this.#progress.read } });
    } while (locator !== undefined);
    const next = this.#nextObject(object);
    await this.#keep([], { place: { object: next }, phase: next === undefined ? 'sending' : 'finding' });
    await deleteBulkQuery(session, jobId);
  }

  /** The one that is under way, or a new one. */
  async #jobFor(object: ObjectName): Promise<string> {
    const { place, found, read } = this.#progress;
    if (place.object === object && place.jobId !== undefined) return place.jobId;
    const jobId = await startBulkQuery(this.#parts.session, backfillQuery(object, this.#run.options));
    await this.#keep([], { place: { object, jobId, before: { found, read }, readBefore: read }, phase: 'finding' });
    return jobId;
  }

  #nextObject(object: ObjectName): ObjectName | undefined {
    const { objects } = this.#run.options;
    return objects[objects.indexOf(object) + 1];
  }

  /** @returns false when the signal came in between */
  async #takePage(object: ObjectName, page: BulkPage): Promise<boolean> {
    let chunk: FoundRecord[] = [];
    try {
      for await (const row of page.rows) {
        chunk.push(foundIn(object, row));
        if (chunk.length < CHUNK) continue;
        if (!(await this.#takeChunk(chunk))) return false;
        chunk = [];
      }
      return await this.#takeChunk(chunk);
    } finally {
      page.close();
    }
  }

  async #takeChunk(found: readonly FoundRecord[]): Promise<boolean> {
    const { store, setup } = this.#parts;
    if (!(await this.#room())) return false;
    const known = await store.knownRecords(found.map(({ recordId }) => recordId));
    const isDueScope = this.#run.options.scope === 'due';
    const { version } = setup.mapping;
    const due = found.filter((record) => {
      const ofRecord = known.get(record.recordId);
      return isDueScope ? isWaiting(record, ofRecord) : isToBeFilled(record, ofRecord, version);
    });
    const changes = due.map((record) => bulkChange(record, isDueScope));
    await this.#keep(changes, this.#counted(found.length, due.length));
    return true;
  }

  /** Those that the store has a verdict on from under another mapping. Salesforce is not asked who they are. */
  async takeChanged(): Promise<void> {
    const { store, setup } = this.#parts;
    const { signal, options } = this.#run;
    if (this.#progress.phase === 'sending') return;
    const { version } = setup.mapping;
    if (this.#progress.phase === 'finding')
      await this.#keep([], { phase: 'reading', found: await store.countUnderOtherMapping(version) });
    while (!signal.aborted && (await this.#room())) {
      const { after } = this.#progress.place;
      const page = await store.underOtherMapping({ version, after, limit: CHUNK });
      const last = page.at(-1);
      if (last === undefined) return this.#keep([], { place: {}, phase: 'sending' });
      const changes = page.filter(({ object }) => options.objects.includes(object)).map((record) => bulkChange(record));
      await this.#keep(changes, { place: { after: last.recordId }, ...this.#counted(page.length, changes.length) });
    }
  }

  #counted(read: number, due: number): Pick<BackfillProgress, 'read' | 'due'> {
    return { read: this.#progress.read + read, due: this.#progress.due + due };
  }

  /** Waits until few enough are due. @returns false when the signal came first */
  #room(): Promise<boolean> {
    return this.#until((left) => left < MOST_WAITING);
  }

  /** Resolves when OneSignal has them all. @returns false when the signal came first */
  async awaitSent(): Promise<boolean> {
    return this.#progress.phase === 'sending' && (await this.#until((left) => left === 0));
  }

  async #until(isSo: (left: number) => boolean): Promise<boolean> {
    const { signal, options } = this.#run;
    while (!signal.aborted) {
      await this.#parts.bulkPassable(signal);
      const left = options.isDryRun ? 0 : await this.#parts.store.dueInBulk();
      this.#progress = { ...this.#progress, left };
      this.#run.onProgress(this.#progress);
      if (isSo(left)) return !signal.aborted;
      // Whoever looks on sees it, and a stop is heard.
      await this.#keep([], { left });
      await sleep(LOOK_MS, signal);
    }
    return false;
  }

  async #keep(changes: readonly RecordChange[], news: Partial<BackfillProgress>): Promise<void> {
    const { store, epoch, now, onDue } = this.#parts;
    const { requestId, options } = this.#run;
    const progress = { ...this.#progress, ...news };
    const kept = options.isDryRun ? [] : changes;
    const found = { epoch: epoch(), requestId, changes: kept, progress: JSON.stringify(progress), at: now() };
    if (!(await store.commitFound(found))) throw new RelayError('BACKFILL_STOPPED', 'The backfill was stopped.');
    this.#progress = progress;
    this.#run.onProgress(progress);
    if (kept.length > 0) onDue();
  }
}
