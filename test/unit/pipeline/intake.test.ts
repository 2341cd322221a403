import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RelayError } from '../../../relay/config/relay-error.ts';
import { createIntake } from '../../../relay/pipeline/intake.ts';
import type { StreamEvent } from '../../../relay/salesforce/streaming/event-source.ts';
import { openSqliteStore } from '../../../relay/store/sqlite-store.ts';
import type { EventBatch, Store } from '../../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';
import { createMetrics } from '../../../relay/telemetry/metrics.ts';
import { CONTACT_ID, LEAD_ID } from '../mapping/record-samples.ts';
import { CHANNEL } from '../store/store-samples.ts';

const never = new AbortController().signal;

function event(number: number, recordId: string, change = 'StageChanged'): StreamEvent {
  const object = recordId.startsWith('003') ? 'Contact' : 'Lead';
  const payload = { Record_Id__c: recordId, Object_Name__c: object, Change_Type__c: change };
  return { replayId: JSON.stringify(number), payload };
}

/** An intake, and what its store was asked to commit. */
function intakeOver(commitEvents: Store['commitEvents']) {
  const told = { due: 0, errors: 0, warnings: 0 };
  const count = (what: keyof typeof told) => () => {
    told[what] += 1;
  };
  const logger = { ...SILENT_LOGGER, error: count('errors'), warn: count('warnings') };
  const store = { commitEvents } as Store;
  const [metrics, onDue] = [createMetrics(), count('due')];
  return {
    told,
    intake: createIntake({
      store,
      channel: CHANNEL,
      metrics,
      logger,
      now: () => 0,
      whatFollows: () => [],
      onDue,
      onDelivered: () => undefined,
    }),
  };
}

describe('a batch', () => {
  test('with a malformed event, one without a place, doubles and a wrong order counts each record, and ends at its last place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-intake-'));
    const store = openSqliteStore(folder);
    try {
      const { epoch } = await store.join();
      const { intake, told } = intakeOver((batch) => store.commitEvents(batch));
      const malformed = { replayId: '5', payload: null };
      const placeless = { replayId: undefined, payload: event(0, CONTACT_ID).payload };
      const batch = [event(9, LEAD_ID), malformed, event(9, LEAD_ID), event(7, LEAD_ID), placeless];
      await intake.take(batch, epoch, never);
      expect(await store.cursor(CHANNEL)).toBe('7');
      expect((await store.counts()).due).toBe(2);
      expect(told).toEqual({ due: 1, errors: 0, warnings: 1 });
    } finally {
      await store.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('of nothing but malformed events still moves the cursor past them', async () => {
    const batches: EventBatch[] = [];
    const { intake, told } = intakeOver(async (batch) => void batches.push(batch));
    await intake.take([{ replayId: '5', payload: 'text' }], 1, never);
    expect(batches).toMatchObject([{ replayId: '5', changes: [] }]);
    expect(told.due).toBe(0);
  });
});

describe('a store that can’t do its work', () => {
  const failure = new RelayError('STORE_FAILED', 'The disk is full.');

  test('is offered the same batch until it takes it, which is told once', async () => {
    const batches: EventBatch[] = [];
    const health: boolean[] = [];
    const { intake, told } = intakeOver(async (batch) => {
      health.push(intake.isStoreHealthy);
      batches.push(batch);
      if (batches.length < 3) throw failure;
    });
    await intake.take([event(1, LEAD_ID)], 1, never);
    expect(new Set(batches).size).toBe(1);
    expect(health).toEqual([true, false, false]);
    expect(intake.isStoreHealthy).toBe(true);
    expect(told).toEqual({ due: 1, errors: 1, warnings: 0 });
  });

  test('is left alone after a stop', async () => {
    const stop = new AbortController();
    let tries = 0;
    const { intake } = intakeOver(async () => {
      tries += 1;
      stop.abort();
      throw failure;
    });
    await expect(intake.take([event(1, LEAD_ID)], 1, stop.signal)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(tries).toBe(1);
  });
});

test.each([
  ['PART_LOST', new RelayError('PART_LOST', 'Another relay took over.')],
  ['an error that nobody foresaw', new TypeError('x is not a function')],
])('%s is not tried again, and says nothing of the store', async (_name, error) => {
  let tries = 0;
  const { intake, told } = intakeOver(async () => {
    tries += 1;
    throw error;
  });
  await expect(intake.take([event(1, LEAD_ID)], 1, never)).rejects.toBe(error);
  expect([tries, intake.isStoreHealthy, told.errors]).toEqual([1, true, 0]);
});
