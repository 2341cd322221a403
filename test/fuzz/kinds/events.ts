import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObjectName, isRecordIdOf } from '../../../relay/mapping/record.ts';
import { createIntake } from '../../../relay/pipeline/intake.ts';
import { readStageChange } from '../../../relay/pipeline/stage-change.ts';
import { openSqliteStore } from '../../../relay/store/sqlite-store.ts';
import { createMetrics } from '../../../relay/telemetry/metrics.ts';
import { joined, type OneProcess } from '../../emulators/one-process.ts';
import type { Chance } from '../chance.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';
import { anyJson, mutated, nastyText, personalText, recordId } from '../hostile.ts';
import { linesKept } from '../kept-lines.ts';
import { isMarked } from '../marks.ts';

const CHANNEL = '/event/OneSignal_Stage_Change__e';
/** One in so many also goes through a store. */
const SHARE_STORED = 0.1;

/** Events of the stream: from the package's flows, from somebody else's automation, and garbage. */
export function eventsKind(): FuzzKind {
  let taking: Taking | undefined;
  return {
    name: 'event',
    weight: 25,
    async play(chance, find) {
      const payload = anyPayload(chance);
      const { changes, faults, move } = readStageChange(payload);
      for (const { recordId: id, object } of changes)
        if (!isObjectName(object) || !isRecordIdOf(object, id)) find(`${id} is taken for the id of a record`);
      if (changes.length === 0 && faults.length === 0) find('an event is neither used nor counted as unusable');
      if (move !== undefined && !Number.isInteger(move.at)) find('a move without a time');
      if (chance.happens(SHARE_STORED)) {
        taking ??= await startTaking();
        await taking.take(payload, changes, chance, find);
      }
      return changes.length === 0 ? `unusable: ${faults.join(', ')}` : faults.length > 0 ? 'used in part' : 'used';
    },
    async end(find) {
      await taking?.end(find);
    },
  };
}

function anyPayload(chance: Chance): unknown {
  if (chance.happens(0.1)) return anyJson(chance);
  const object = chance.oneOf(['Lead', 'Contact'] as const);
  const stage = () => chance.oneOf(['New', 'Working', personalText(chance), nastyText(chance)]);
  const payload = {
    Record_Id__c: chance.happens(0.8) ? recordId(chance, object) : nastyText(chance),
    Object_Name__c: chance.happens(0.9) ? object : nastyText(chance),
    Change_Type__c: chance.oneOf([
      'Created',
      'StageChanged',
      'Converted',
      'Deleted',
      'ResyncRequested',
      nastyText(chance),
    ]),
    Stage__c: stage(),
    Prior_Stage__c: chance.oneOf([null, stage()]),
    Contact_Id__c: chance.oneOf([null, recordId(chance, 'Contact'), nastyText(chance)]),
    Changed_At__c: chance.oneOf(['2026-11-24T10:00:00.000+0000', '2026-11-24T10:00:00Z', nastyText(chance)]),
    CreatedById: '005000000000001AAA',
    CreatedDate: '2026-11-24T10:00:00.000Z',
  };
  return mutated(payload, chance, 0.03);
}

interface Taking {
  take(payload: unknown, changes: readonly { recordId: string }[], chance: Chance, find: Find): Promise<void>;
  end(find: Find): Promise<void>;
}

/** A real store behind the real intake: what every event asked for has to be due in the end, and nothing else. */
async function startTaking(): Promise<Taking> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const store: OneProcess = await joined(openSqliteStore(folder));
  const { lines, logger } = linesKept();
  const asked = new Set<string>();
  let replayId = 0;
  const intake = createIntake({
    store: store as unknown as Parameters<typeof createIntake>[0]['store'],
    channel: CHANNEL,
    metrics: createMetrics(),
    logger,
    now: store.now,
    whatFollows: (move) => [{ ...move, kind: 'event' }],
    onDue: () => undefined,
    onDelivered: () => undefined,
  });
  return {
    async take(payload, changes, chance, find) {
      replayId += 1;
      const id = chance.happens(0.05) ? undefined : String(replayId);
      const events = [{ replayId: id, payload }];
      await intake.take(events, store.epoch, new AbortController().signal);
      for (const { recordId: one } of changes) asked.add(one);
      if (id !== undefined && (await store.cursor(CHANNEL)) !== id) find('the cursor is not where the last event was');
    },
    async end(find) {
      const { due } = await store.counts();
      if (due !== asked.size) find(`${due} records are due, and ${asked.size} were asked for`);
      const leases = await store.leaseDue({ limit: 10_000, now: store.now() + 1_000, leaseMs: 1_000 });
      for (const { recordId: id } of leases) if (!asked.has(id)) find(`${id} is due, and nobody asked for it`);
      for (const line of lines) if (isMarked(line)) find('a log line holds what an event said');
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
