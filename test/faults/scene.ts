import type { Store } from '../../relay/store/store.ts';
import type { StartOptions } from '../emulators/running-relay.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { World, WorldOptions } from '../emulators/world.ts';

/** Where a scene is played: both sides, and what somebody in sales can do. */
export interface Stage {
  readonly world: World;
  /** Ids of the records that somebody created, the oldest first. */
  readonly records: readonly string[];
  readonly first: string;
  /** The store past every fault. */
  readonly store: Store;
  lead(values?: FieldValues): string;
  /** Two people at once: one may be struck, the other must not wait for it. */
  two(values?: readonly FieldValues[]): void;
  /** With a stage. */
  contact(): string;
  update(id: string, values: FieldValues): void;
  /** As a data load does it, whose user holds the bypass: no stamp, no event. */
  load(id: string, values: FieldValues): void;
  /** Contacts without a stage: they are read, and nothing follows. */
  crowd(count: number): void;
  remove(id: string): void;
  /** Stops the relay in order and starts it again. */
  restart(): Promise<void>;
}

/** A story in which the relay comes to a step. */
export interface Scene {
  world?: WorldOptions;
  relay?: StartOptions;
  /** The fault may strike from the relay's start on; without it, once the relay has come to rest. */
  isAtStart?: boolean;
  /** Before the relay starts. */
  prepare?(run: Stage): void;
  /** Once the relay has come to rest for the first time. */
  warmUp?(run: Stage): void;
  /** What makes the relay go to the step. */
  act?(run: Stage): void | Promise<void>;
}

export type SceneName =
  | 'start'
  | 'created'
  | 'reconciled'
  | 'changed'
  | 'adopted'
  | 'moved'
  | 'deleted'
  | 'contact'
  | 'unseen'
  | 'many'
  | 'resumed'
  | 'reconnected'
  | 'logged in again'
  | 'set up again'
  | 'window lost'
  | 'outage'
  | 'limited'
  | 'asked'
  | 'stopped';
