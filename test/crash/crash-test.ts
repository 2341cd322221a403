import { type Engine, type EngineName, startEngine } from './engines.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import { methodsOf, type Step, stepsOf } from './steps.ts';

export interface CrashTest {
  engine: EngineName;
  seeds: number;
  kills: number;
  /** How often the relay was killed at each step. */
  hits: Record<Step, number>;
  /** Steps that can't be met here, with why. */
  unreachable: Record<Step, string>;
  /** Seeds with findings. */
  failed: SeedResult[];
  /** Steps that no kill met, although there were seeds enough; empty below `SEEDS_FOR_ALL_STEPS`. */
  missed: Step[];
}

export interface CrashTestOptions {
  engine: EngineName;
  first: number;
  count: number;
  /** Seeds that run at once; as many as suit the engine without it. Most of their time is waiting. */
  parallel?: number | undefined;
  onSeed?(result: SeedResult): void;
}

/** From so many seeds on, a step that was never met is a finding. */
export const SEEDS_FOR_ALL_STEPS = 200;

/** Plays seeds `first` to `first + count - 1`. */
export async function crashTest(options: CrashTestOptions): Promise<CrashTest> {
  const engine = await startEngine(options.engine);
  try {
    return await playSeeds(engine, options);
  } finally {
    await engine.close();
  }
}

async function playSeeds(engine: Engine, { first, count, parallel, onSeed }: CrashTestOptions): Promise<CrashTest> {
  const { steps, unreachable } = stepsOf(await storeMethods(engine));
  const results: SeedResult[] = [];
  const waiting = Array.from({ length: count }, (_, index) => first + index);
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const result = await runSeed(seed, steps, engine);
      results.push(result);
      onSeed?.(result);
    }
  };
  await Promise.all(Array.from({ length: parallel ?? engine.parallel }, work));
  const met = results.flatMap((result) => result.steps);
  const hits = Object.fromEntries(steps.map((step) => [step, met.filter((one) => one === step).length]));
  return {
    engine: engine.name,
    seeds: count,
    kills: results.reduce((sum, { kills }) => sum + kills, 0),
    hits,
    unreachable,
    failed: results.filter(({ findings }) => findings.length > 0).sort((a, b) => a.seed - b.seed),
    missed: count < SEEDS_FOR_ALL_STEPS ? [] : steps.filter((step) => !met.includes(step)),
  };
}

/** The store's own names for what it does. */
async function storeMethods(engine: Engine): Promise<string[]> {
  const place = engine.newPlace();
  try {
    return await place.look((store) => Promise.resolve(methodsOf(store)));
  } finally {
    place.discard();
  }
}
