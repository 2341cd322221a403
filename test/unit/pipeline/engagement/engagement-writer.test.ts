import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RelayError } from '../../../../relay/config/relay-error.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../relay/mapping/settings.ts';
import { windowsOf } from '../../../../relay/pipeline/budget/phase.ts';
import { createEngagementWriter } from '../../../../relay/pipeline/engagement/engagement-writer.ts';
import { createGate } from '../../../../relay/pipeline/gate.ts';
import { createWriteTurns } from '../../../../relay/pipeline/write-turns.ts';
import type { SalesforceRequest, SalesforceSession } from '../../../../relay/salesforce/session.ts';
import { openSqliteStore } from '../../../../relay/store/sqlite-store.ts';
import { SILENT_LOGGER } from '../../../../relay/telemetry/logger.ts';
import { joined, type OneProcess } from '../../../emulators/one-process.ts';
import { result, T0, user, verdict } from '../../store/store-samples.ts';

interface Row {
  id: string;
  [field: string]: unknown;
}

const leadId = (number: number) => `00Q${String(number).padStart(12, '0')}EAA`;
const MINUTE = 60_000;

/** A writer whose clock the test moves, and whose Salesforce answers at once. */
class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'relay-engagement-'));
  readonly calls: Row[][] = [];
  readonly settings: Settings = { ...DEFAULT_SETTINGS };
  isPartValid = true;
  clock = T0;
  /** By record id; a text fails the call as a whole. */
  refusals = new Map<string, string>();
  outage: RelayError | undefined;
  store!: OneProcess;
  pass!: () => Promise<void>;
  readonly gate = createGate({ side: 'engagement', logger: SILENT_LOGGER, now: () => this.clock, random: () => 0 });

  async start(): Promise<this> {
    const store = openSqliteStore(this.folder);
    this.store = await joined(store);
    const session = { request: (request: SalesforceRequest) => this.#take(request) } as Partial<SalesforceSession>;
    const writer = createEngagementWriter({
      store,
      session: session as SalesforceSession,
      setup: { settings: this.settings },
      gate: this.gate,
      logger: SILENT_LOGGER,
      turns: createWriteTurns(),
      epoch: () => this.store.epoch,
      isPartValid: () => this.isPartValid,
      budget: { windows: windowsOf('easy'), bulkPassable: () => Promise.resolve() },
      now: () => this.clock,
      random: () => 0,
    });
    this.pass = async () => {
      await writer.writeSome();
    };
    return this;
  }

  /** A person who clicked, so that the record is to say so a minute from now. */
  async clicks(...ids: string[]): Promise<void> {
    const sample = ids.map((id) => verdict(id, { needsWriteBack: false }));
    const links = ids.map((recordId) => ({ recordId, object: 'Lead' as const, userKey: recordId }));
    await this.store.commitSync([result({ verdicts: sample, links, users: ids.map((id) => user(id)) })], this.clock);
    const counts = { opens: 0, clicks: 1, lastAt: T0, lastMessageId: 'm', unsubscribedAt: T0, emailEndedAt: T0 };
    await this.store.commitEngagement({
      events: [],
      moves: [],
      users: ids.map((key) => ({ key, ...counts })),
      records: ids.map((recordId) => ({ recordId, object: 'Lead' as const, influencedBy: null })),
      writeAt: this.clock + MINUTE,
      now: this.clock,
    });
  }

  get sent(): string[][] {
    return this.calls.map((rows) => rows.map(({ id }) => id));
  }

  async end(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #take(request: SalesforceRequest): Promise<unknown> {
    if (this.outage !== undefined) throw this.outage;
    const { records } = request.body as { records: Row[] };
    this.calls.push(records);
    return records.map(({ id }) => {
      const statusCode = this.refusals.get(id);
      return statusCode === undefined ? { success: true } : { success: false, errors: [{ statusCode }] };
    });
  }
}

let desk: Desk;
beforeEach(async () => {
  desk = await new Desk().start();
});
afterEach(() => desk.end());

test('nothing is written before its time, and then all that waits shares the call', async () => {
  await desk.clicks(leadId(1));
  desk.clock += 30_000;
  await desk.clicks(leadId(2));
  await desk.pass();
  expect(desk.sent).toEqual([]);
  desk.clock += 30_000;
  await desk.pass();
  expect(desk.sent).toEqual([[leadId(1), leadId(2)]]);
  desk.clock += 10 * MINUTE;
  await desk.pass();
  expect(desk.sent).toHaveLength(1);
});

test('a full call does not wait', async () => {
  await desk.clicks(...Array.from({ length: 250 }, (_, n) => leadId(n)));
  await desk.pass();
  expect(desk.sent.map(({ length }) => length)).toEqual([200]);
});

test('a row says what the person did, and opts out only where the settings say so', async () => {
  await desk.clicks(leadId(1));
  desk.clock += MINUTE;
  await desk.pass();
  expect(desk.calls[0]?.[0]).toEqual({
    attributes: { type: 'Lead' },
    id: leadId(1),
    OneSignal_Last_Engaged_At__c: new Date(T0).toISOString(),
    OneSignal_Last_Message__c: 'm',
    OneSignal_Opens__c: 0,
    OneSignal_Clicks__c: 1,
    OneSignal_Stage_Influenced_By__c: null,
    OneSignal_Unsubscribed__c: true,
  });
  desk.settings.unsubscribeOptsOut = true;
  await desk.clicks(leadId(2));
  desk.clock += MINUTE;
  await desk.pass();
  expect(desk.calls[1]?.[0]).toMatchObject({ HasOptedOutOfEmail: true });
});

test('a row that Salesforce refuses waits, and its neighbours are written', async () => {
  await desk.clicks(leadId(1), leadId(2));
  desk.refusals.set(leadId(1), 'FIELD_CUSTOM_VALIDATION_EXCEPTION');
  desk.clock += MINUTE;
  await desk.pass();
  await desk.pass();
  expect(desk.sent).toEqual([[leadId(1), leadId(2)]]);
  desk.refusals.clear();
  desk.clock += 24 * 60 * MINUTE;
  await desk.pass();
  expect(desk.sent[1]).toEqual([leadId(1)]);
});

test('a record that is locked is tried again within a minute', async () => {
  await desk.clicks(leadId(1));
  desk.refusals.set(leadId(1), 'UNABLE_TO_LOCK_ROW');
  desk.clock += MINUTE;
  await desk.pass();
  desk.refusals.clear();
  desk.clock += MINUTE;
  await desk.pass();
  expect(desk.sent).toEqual([[leadId(1)], [leadId(1)]]);
});

test('an outage closes these writes’ own gate, and loses nothing', async () => {
  await desk.clicks(leadId(1));
  desk.clock += MINUTE;
  desk.outage = new RelayError('SALESFORCE_UNREACHABLE', 'Down.');
  await desk.pass();
  expect(desk.gate.closedBy?.code).toBe('SALESFORCE_UNREACHABLE');
  desk.outage = undefined;
  await desk.pass();
  expect([desk.sent, desk.gate.closedBy]).toEqual([[[leadId(1)]], undefined]);
});

test('nothing is written while the sync is paused, or by a process whose part is over', async () => {
  await desk.clicks(leadId(1));
  desk.clock += MINUTE;
  desk.settings.isPaused = true;
  await desk.pass();
  desk.settings.isPaused = false;
  desk.isPartValid = false;
  await desk.pass();
  expect(desk.sent).toEqual([]);
});
