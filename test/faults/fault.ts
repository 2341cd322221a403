import type { ReasonCode } from '../../relay/mapping/outcome.ts';
import type { World } from '../emulators/world.ts';
import type { SceneName } from './scene.ts';
import type { Step } from './step.ts';
import type { Strike, Treatment } from './strike.ts';

/**
 * How a cell ends. `right`: without a person, both sides are as planned. A reason: the record that was struck gets it as its
 * verdict, and is right once somebody has asked for it again; WRITE_BACK_REFUSED stands in failures instead. `left out`: the
 * record is synced but for its email, says so, and has it once somebody asks for a resync.
 */
export type Ending =
  | 'right'
  | 'left out'
  | Extract<ReasonCode, 'TAG_LIMIT' | 'ONESIGNAL_REJECTED' | 'WRITE_BACK_REFUSED'>;

/** What the fault does when the relay stands at the step. */
export type Effect =
  /** To the request of the step, or to its answer where only the answer tells that the relay is there. */
  | { kind: 'request'; strike: Strike }
  /** The method of the store throws this, before it is done or although it is. */
  | { kind: 'store'; when: 'before' | 'after'; error(): Error; forMs?: number }
  | Lasting
  /** The store ends the relay's part, as it does for a process that was silent too long. */
  | { kind: 'part_lost' }
  /** The relay is stopped in order and started again. */
  | { kind: 'restart' };

/**
 * Something around the relay, from the moment at which it stands at the step. People go on working meanwhile, and it ends
 * only after the relay has met it, so that no cell passes unstruck.
 */
export interface Lasting {
  kind: 'lasting';
  begin?(world: World): void;
  end?(world: World): void;
  /** For so long at least, once it was met, ms. */
  leastMs?: number;
  /** What becomes of each request meanwhile, and of each answer to one that was under way. */
  treat?(request: Asked, world: World): Treatment | undefined;
  /** Why a call of the store fails meanwhile. */
  failsStore?(method: string): Error | undefined;
  /** How it shows that the relay met it. */
  met:
    | { by: 'treatment' | 'store' }
    /** An answer to the relay that says so. */
    | { by: 'answer'; says: RegExp }
    /**
     * The relay's log gives this as why the stream ended. It does not say it twice: where the stream had ended so before,
     * as it can on a busy machine, a new client that comes after one that was treated shows it, with `orComesAgain`.
     */
    | { by: 'stream_end'; reason: string; orComesAgain?: true };
}

/** A request while a fault lasts. */
export interface Asked {
  step: string;
  body: string;
  /** The emulator has answered it already. */
  isAnswered: boolean;
  /** Events have come since the last subscription: the store has a cursor once the next request of the stream comes. */
  hasCursor: boolean;
}

export interface Fault {
  /** `rate_limited: app`; unique. */
  name: string;
  /** The table that it stands in. */
  group: FaultGroup;
  effect: Effect;
  /** Why it can't happen at a step that can be reached; undefined: it can. */
  whyNot(step: Step): string | undefined;
  ending(step: Step): Ending;
  /** The code that `/readyz` or the log gives while the fault lasts; undefined where the relay may stay ready. */
  shows?(step: Step): string | undefined;
  /** Another story than the step's own, where that would not do. */
  scene?(step: Step): SceneName | undefined;
  /** Only the record that was struck may wait. */
  isOfOneRecord?: boolean;
  /** True where the relay ends with STORE_FAILED, and whoever runs it has to start it again. */
  endsRelay?(step: Step): boolean;
  /** So far the relay's clock moves on after the fault, ms, where it waits for longer than a cell may take. */
  passesMs?(step: Step): number;
}

export const FAULT_GROUPS = ['onesignal', 'salesforce', 'row', 'stream', 'store', 'around'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];
