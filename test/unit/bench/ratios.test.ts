import { ratios } from '../../bench/alternate.ts';
import type { RunFigures } from '../../bench/measured-run.ts';

describe('the cost beside the script', () => {
  it('is that of the changes which OneSignal accepted', () => {
    const relay = [run({ changes: 1_000, accepted: 1_000, cpuMs: 0.5, salesforceCalls: 0.01 })];
    const script = [run({ changes: 1_000, accepted: 500, cpuMs: 2, salesforceCalls: 1.5 })];
    expect(ratios({ relay, script })).toEqual({ cpu: 8, calls: 300 });
  });

  it('does not fall where the script hears of fewer changes', () => {
    const relay = [run({ changes: 1_000, accepted: 1_000, cpuMs: 0.5, salesforceCalls: 0.01 })];
    const [all, half] = [
      run({ changes: 1_000, accepted: 1_000, cpuMs: 4, salesforceCalls: 2 }),
      run({ changes: 1_000, accepted: 500, cpuMs: 2, salesforceCalls: 1 }),
    ];
    expect(ratios({ relay, script: [half] })).toEqual(ratios({ relay, script: [all] }));
  });

  it('is that of the median run of each', () => {
    const relay = [0.4, 0.5, 9].map((cpuMs) => run({ cpuMs }));
    const script = [1, 5, 6].map((cpuMs) => run({ cpuMs }));
    expect(ratios({ relay, script }).cpu).toBe(10);
  });
});

function run(figures: Partial<RunFigures>): RunFigures {
  const none = { p50: 0, p95: 0, p99: 0, max: 0 };
  return {
    changes: 100,
    accepted: 100,
    seconds: 1,
    writesPerSecond: 100,
    toOneSignal: none,
    toRecord: none,
    missed: { inOneSignal: 0, onRecord: 0 },
    cpuMs: 1,
    salesforceCalls: 1,
    oneSignalRequests: 1,
    bytesWritten: 0,
    coreShare: 0,
    whileWriting: { subject: 0, salesforce: 0, onesignal: 0 },
    peakMb: 0,
    violations: 0,
    ...figures,
  };
}
