import { openStore } from '../../relay/store/open-store.ts';
import { alternateBoth, median, type Runs, runRelay } from './alternate.ts';
import type { BenchOptions, BenchResult } from './bench.ts';

/** 250,000 events an hour is what an org may publish: facts of Salesforce’s limits on high-volume platform events. */
const PER_SECOND = 69;
const MOST_TO_ONESIGNAL_MS = 100;
const MOST_TO_RECORD_MS = 1_500;
const LEADS = 2_000;
/** So small an org that what `prepare` notes has used more than half of the relay's share. */
const TIGHT_CALLS_PER_DAY = 40_000;
const TIGHT_USED = 11_000;

/** From a change to OneSignal's acceptance, and to the status on the record, as fast as an org may publish. */
export async function benchLatency({ isLong, runs, say }: BenchOptions): Promise<BenchResult> {
  const options = {
    runs,
    warmUp: 300,
    changes: PER_SECOND * (isLong ? 120 : 4),
    perSecond: PER_SECOND,
    say,
  };
  say(`Latency: ${options.changes} changes, ${PER_SECOND} a second.`);
  const near = await alternateBoth({ leads: LEADS }, options);
  say('With 100 ms each way to either side.');
  const far = [await runRelay({ leads: LEADS, delayMs: 100 }, options)];
  say('With more than half of the API budget used.');
  const tight = [await runRelay({ leads: LEADS, apiCallsPerDay: TIGHT_CALLS_PER_DAY, prepare: useUp }, options)];
  const toOneSignal = median(near.relay, (run) => run.toOneSignal.p95);
  const toRecord = median(near.relay, (run) => run.toRecord.p95);
  const problems: string[] = [];
  if (toOneSignal > MOST_TO_ONESIGNAL_MS) problems.push(`latency: p95 to OneSignal is ${toOneSignal} ms`);
  if (toRecord > MOST_TO_RECORD_MS) problems.push(`latency: p95 to the record is ${toRecord} ms`);
  problems.push(...missedBy(near));
  const line = `p95 ${toOneSignal} ms to OneSignal and ${toRecord} ms to the record (script: ${median(near.script, (run) => run.toOneSignal.p95)} and ${median(near.script, (run) => run.toRecord.p95)} ms)`;
  return { name: 'latency', line, figures: { near, far, tight }, problems };
}

/** As if the relay had worked hard an hour ago. */
async function useUp(dataDir: string): Promise<void> {
  const store = await openStore({ databaseUrl: undefined, dataDir });
  const from = store.now() - 3_600_000;
  await store.addUsage({ spans: [{ allotment: 'api_call', from, count: TIGHT_USED }], forgetBefore: 0 });
  await store.close();
}

function missedBy({ relay }: Runs): string[] {
  return relay.flatMap(({ missed }) =>
    missed.inOneSignal + missed.onRecord === 0
      ? []
      : [`latency: ${missed.inOneSignal} changes did not reach OneSignal, ${missed.onRecord} not the record`],
  );
}
