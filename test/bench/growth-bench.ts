import { hash } from 'node:crypto';
import { openStore } from '../../relay/store/open-store.ts';
import type { BenchOptions, BenchResult } from './bench.ts';
import { measureRun, type RunFigures } from './measured-run.ts';
import { rounded } from './spread.ts';
import { openRelay, type Subject } from './subject.ts';

const MOST_RATIO = 1.2;
const CHUNK = 2_000;
const LEADS = 1_000;
const SHORT_RUNS = 3;

/** The same changes with more and more records known: what one costs must not depend on that. */
export async function benchGrowth({ isLong, runs, say }: BenchOptions): Promise<BenchResult> {
  const sizes = isLong ? [1_000, 10_000, 100_000, 1_000_000] : [1_000, 100_000];
  const bySize: Record<number, RunFigures[]> = {};
  const subjects: (readonly [known: number, Subject])[] = [];
  try {
    for (const known of sizes) {
      say(`Growth: ${known} known records.`);
      const subject = await openRelay({ leads: LEADS, prepare: (folder) => know(folder, known - LEADS) });
      subjects.push([known, subject]);
      await measureRun(subject, { changes: 2 * LEADS, perSecond: 500 });
    }
    for (let n = 1; n <= (isLong ? runs : Math.min(runs, SHORT_RUNS)); n += 1) {
      // In turn, so that whatever else the machine does meets all of them.
      for (const [known, subject] of subjects) {
        const run = await measureRun(subject, { changes: isLong ? 10_000 : 2_000, perSecond: 500 });
        bySize[known] = [...(bySize[known] ?? []), run];
        say(`run ${n}, ${known} known records: ${costText(run)}`);
      }
    }
  } finally {
    for (const [, subject] of subjects) await subject.close();
  }
  const costs = sizes.map((known) => Math.min(...(bySize[known] ?? []).map(({ cpuMs }) => cpuMs)));
  const [least = 0] = costs;
  const ratio = rounded((costs.at(-1) ?? 0) / least, 3);
  const problems =
    ratio > MOST_RATIO ? [`growth: a change costs ${ratio} times as much with ${sizes.at(-1)} known`] : [];
  const line = `a change costs ${ratio} times as much processor with ${sizes.at(-1)} known records as with ${sizes[0]}`;
  return { name: 'growth', line, figures: bySize, problems };
}

function costText({ cpuMs, bytesWritten, salesforceCalls }: RunFigures): string {
  return `${cpuMs} ms of processor, ${bytesWritten} bytes written and ${salesforceCalls} calls a change`;
}

/** OneSignal's ids are random, so that their index is written to everywhere. */
function someId(key: string): string {
  const hex = hash('sha256', key);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Puts so many records into the store that nobody asks for again. */
async function know(dataDir: string, count: number): Promise<void> {
  if (count <= 0) return;
  const store = await openStore({ databaseUrl: undefined, dataDir });
  const { epoch } = await store.join();
  for (let from = 0; from < count; from += CHUNK) {
    const keys = Array.from(
      { length: Math.min(CHUNK, count - from) },
      (_, n) => `0039${String(from + n).padStart(14, '0')}`,
    );
    const now = store.now();
    await store.commitSync(
      [
        {
          epoch,
          released: [],
          leases: [],
          forgottenUsers: [],
          links: keys.map((key) => ({ recordId: key, object: 'Contact' as const, userKey: key })),
          users: keys.map((key) => ({
            key,
            onesignalId: someId(key),
            createdAt: null,
            assertAt: null,
            retireAt: null,
            tagRoom: null,
            tags: { sf_stage: 'Working', sf_stage_at: '1764000000' },
            aliases: { salesforce_id: key },
            inherited: {},
          })),
          verdicts: keys.map((key) => ({
            recordId: key,
            object: 'Contact' as const,
            status: 'Synced' as const,
            reason: 'OK' as const,
            detail: '',
            stage: 'Working',
            answers: null,
            onesignalId: someId(key),
            decidedAt: now,
            inputHash: key,
            mappingVersion: '',
            needsWriteBack: false,
          })),
        },
      ],
      now,
    );
  }
  await store.leave(epoch);
  await store.close();
}
