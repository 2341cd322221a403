import type { KnownUser } from '../store/store.ts';

/** A user of which we know nothing but its external id. */
export function nothingHeld(key: string): KnownUser {
  return {
    key,
    onesignalId: null,
    tags: {},
    aliases: {},
    createdAt: null,
    assertAt: null,
    inherited: {},
    retireAt: null,
    tagRoom: null,
  };
}
