import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../emulators/world.ts';
import { type BothGates, startGates } from './both-gates.ts';
import type { Engine, StorePlace } from './engines.ts';
import { judge, judgeConduct } from './judge.ts';
import { type Life, startLife } from './life.ts';
import { playChanges } from './play-changes.ts';
import { type PlannedKill, planSeed, type SeedPlan } from './seed-plan.ts';
import type { Step } from './steps.ts';
import { judgeCursor, judgeDoubts, judgeRest, judgeWritten } from './store-after-kill.ts';
import { type Story, tellStory } from './story.ts';
import { judgeTold, tellOfAStage } from './told.ts';

export interface SeedResult {
  seed: number;
  kills: number;
  /** Steps at which the relay was killed. */
  steps: Step[];
  findings: string[];
}

const POLL_MS = 20;
/** A relay that was left alone rests for this long before the next kill or the verdict. */
const REST_MS = 100;
/** Far beyond what any seed takes, so that what does not come to rest is a finding and not a wait. */
const DEADLINE_MS = 45_000;
/** OneSignal may still apply a request for 100 s. https://documentation.onesignal.com/reference/rest-api-overview */
const DOUBT_OVER_MS = 101_000;

/** Plays one seed: a relay that is killed again and again while records change, then left alone, then judged. */
export async function runSeed(seed: number, steps: readonly Step[], engine: Engine): Promise<SeedResult> {
  const plan = planSeed(seed, steps, engine.latestMomentMs);
  const world = await startWorld({
    org: { seed: `crash ${seed}`, duplicateRule: true },
    onesignal: { plan: 'growth' },
  });
  tellOfAStage(world);
  const place = engine.newPlace();
  const gates = await startGates({ world, ...plan });
  try {
    world.org.setSettings({ Deleted_Record__c: plan.deletedRecord, Sync_Email__c: true });
    const run = new SeedRun(plan, world, gates, place);
    await run.play();
    return run.result();
  } finally {
    gates.life?.kill();
    await gates.life?.ended;
    await gates.close();
    await world.close();
    place.discard();
  }
}

class SeedRun {
  readonly #plan: SeedPlan;
  readonly #world: World;
  readonly #gates: BothGates;
  readonly #place: StorePlace;
  readonly #story: Story;
  readonly #steps: Step[] = [];
  readonly #findings: string[] = [];

  constructor(plan: SeedPlan, world: World, gates: BothGates, place: StorePlace) {
    this.#plan = plan;
    this.#world = world;
    this.#gates = gates;
    this.#place = place;
    this.#story = tellStory(world, plan);
  }

  result(): SeedResult {
    const { seed, kills } = this.#plan;
    return { seed, kills: kills.length, steps: this.#steps, findings: [...new Set(this.#findings)] };
  }

  async play(): Promise<void> {
    for (const [index, kill] of this.#plan.kills.entries()) {
      if (index > 0) await this.#letAddressesLand();
      if (index === this.#plan.losesWindowBefore) this.#world.salesforce.faults.loseReplayWindow();
      await this.#liveUntilKilled(index, kill);
      await this.#place.look(async (store) => {
        this.#findings.push(...(await judgeCursor(this.#world, store, this.#gates.since)));
        this.#findings.push(...(await judgeWritten(this.#world, store)));
      });
    }
    await this.#letAddressesLand();
    // A write that is held back may land now or later; only then is its user to be judged.
    await this.#liveAlone(this.#plan.isLate ? { inDoubt: this.#gates.doubtful } : {});
    const doubts = await this.#place.look((store) => judgeDoubts(store, this.#gates.doubtful));
    this.#findings.push(...doubts);
    if (this.#plan.isLate) {
      await this.#gates.landed();
      await this.#liveAlone({ assertsAfterMs: DOUBT_OVER_MS });
    }
    this.#findings.push(...(await this.#place.look(judgeRest)), ...judgeConduct(this.#world));
  }

  async #liveUntilKilled(index: number, kill: PlannedKill): Promise<void> {
    const killAt = 'step' in kill ? kill : undefined;
    const life = this.#start(killAt);
    const begin = this.#plan.waitsForReadiness[index] ? life.ready : Promise.resolve();
    const changes = playChanges(
      this.#story.changes.filter((change) => change.life === index),
      begin,
    );
    this.#gates.changes = changes;
    const dying = 'afterMs' in kill ? sleep(kill.afterMs).then(() => life.kill()) : undefined;
    const ended = life.ended.finally(() => changes.playRest());
    await Promise.race([ended, this.#rest(life, () => changes.areAllMade).then(() => dying)]);
    life.kill();
    const { step, fault } = await ended;
    if (step !== undefined) this.#steps.push(step);
    if (fault !== undefined) this.#findings.push(fault);
  }

  /** The relay has all the time it needs; everything must be right then, and stay right when it is stopped. */
  async #liveAlone({ assertsAfterMs = 0, inDoubt = new Set<string>() }): Promise<void> {
    const life = this.#start(undefined);
    if (assertsAfterMs > 0) await Promise.race([life.ended, life.ready.then(() => this.#letTimeGoBy(assertsAfterMs))]);
    const problems = () => [
      ...judge(this.#world, this.#story.deleted, inDoubt),
      ...judgeTold(this.#world, this.#story.deleted),
    ];
    await Promise.race([life.ended, this.#rest(life, () => problems().length === 0)]);
    life.stop();
    const { fault } = await life.ended;
    if (fault !== undefined) this.#findings.push(fault);
    this.#findings.push(...problems());
  }

  /** A relay at rest looks for what is to be asserted twice a minute; a change makes it look at once. */
  async #letTimeGoBy(ms: number): Promise<void> {
    await this.#place.bringAssertionsNearer(ms);
    this.#story.somebodyNew();
  }

  /** What a killed relay was making is there by now, unless it lands late: nobody has to wait for it. */
  async #letAddressesLand(): Promise<void> {
    if (!this.#plan.isLate) await this.#place.letAddressesLand();
  }

  #start(killAt: { step: Step; nth: number } | undefined): Life {
    const variables = { ...this.#gates.variables, ...this.#place.variables };
    const life = startLife({ variables, killAt });
    this.#gates.life = life;
    return life;
  }

  /** Resolves when the relay has nothing to do for a while, or when that does not come. */
  async #rest(life: Life, condition: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    let restsSince = Number.POSITIVE_INFINITY;
    let hasEnded = false;
    void life.ended.then(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      const { isReady, due, pendingWriteBacks } = life.state;
      const isAtRest = isReady && due + pendingWriteBacks === 0 && condition();
      restsSince = isAtRest ? Math.min(restsSince, performance.now()) : Number.POSITIVE_INFINITY;
      if (performance.now() - restsSince >= REST_MS) return;
      if (performance.now() > deadline) {
        this.#findings.push(`the relay did not come to rest in ${DEADLINE_MS / 1000} s: ${JSON.stringify(life.state)}`);
        return;
      }
      await sleep(POLL_MS);
    }
  }
}
