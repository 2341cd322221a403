import type { Unit } from '../../../relay/pipeline/units.ts';
import type { LeasedRecord } from '../../../relay/store/store.ts';
import { LEAD_ID, lead, member } from '../mapping/record-samples.ts';

export function leased(given: Partial<LeasedRecord> = {}): LeasedRecord {
  return {
    recordId: LEAD_ID,
    object: 'Lead',
    generation: 1,
    dueSince: 0,
    lane: 'live',
    isForced: false,
    attempts: 0,
    hint: undefined,
    hasDeletionEvidence: false,
    userKey: null,
    ...given,
  };
}

/** One due lead that stands for a user of its own. */
export function unitOfOne(given: Partial<LeasedRecord> = {}): Unit {
  const members = [member(lead({ id: LEAD_ID }))];
  const user = {
    key: LEAD_ID,
    members,
    toLink: [LEAD_ID],
    hasUnseenRecord: false,
    lostByDeletionOnly: false,
    hasMovedOne: false,
    handedOver: [],
  };
  return {
    users: [user],
    recordIds: [LEAD_ID],
    movers: new Set<string>(),
    leases: [leased(given)],
    refused: [],
    absent: [],
  };
}
