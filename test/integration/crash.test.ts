import { crashTest } from '../crash/crash-test.ts';

// `npm run test:crash -- --seeds 200` is the same with more seeds, on every engine.
const SEEDS = 20;
/** Two minutes on two idle cores; beside other tests it takes longer. */
const MOST_MS = 900_000;

test(
  'a relay that is killed again and again, at every step of the code, loses nothing and breaks no rule',
  async () => {
    const { failed, hits, kills, seeds } = await crashTest({ engine: 'sqlite', first: 1, count: SEEDS });
    expect(failed).toEqual([]);
    expect({ seeds, isKilledOften: kills >= SEEDS * 3 }).toEqual({ seeds: SEEDS, isKilledOften: true });
    const met = Object.entries(hits).filter(([, count]) => count > 0);
    // Which steps a few seeds meet is up to the machine too, but never so that they miss a whole side.
    expect(new Set(met.map(([step]) => step.split('.')[0]))).toEqual(new Set(['store', 'onesignal', 'salesforce']));
  },
  MOST_MS,
);
