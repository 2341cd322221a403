import type { Store } from '../../relay/store/store.ts';
import type { StartOptions } from '../emulators/running-relay.ts';
import type { World, WorldOptions } from '../emulators/world.ts';
import type { People } from './people.ts';

/** Where a scene is played: both sides, the relay, and what somebody in sales can do. */
export interface Stage {
  readonly world: World;
  readonly people: People;
  readonly relay: {
    /** The store past every fault. */
    readonly store: Store;
    /** Stops the relay in order and starts it again. */
    restart(): Promise<void>;
  };
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
  | 'reachable'
  | 'moved with email'
  | 'email changed'
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
  | 'filled'
  | 'told'
  | 'contested'
  | 'stopped';
