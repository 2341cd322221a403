import type { AddressType } from '../../mapping/address-type.ts';
import { describeOutcome } from '../../mapping/outcome.ts';
import type { PlannedOutcome, UserPlan } from '../../mapping/plan.ts';
import { objectOf } from '../../mapping/record.ts';
import type { AddressNews } from './address-work.ts';

const SHARED = { Email: 'SHARED_EMAIL', SMS: 'SHARED_PHONE' } as const;
const NAME: Readonly<Record<AddressType, string>> = { Email: 'email', SMS: 'phone number' };

/** The verdicts on the records whose stage OneSignal holds, with what became of their addresses. */
export function withAddressNews(plan: UserPlan, { shared, stayOff }: AddressNews): UserPlan {
  const [first] = shared;
  if (first === undefined && stayOff.length === 0) return plan;
  const say = (outcome: PlannedOutcome): PlannedOutcome => {
    if (!outcome.dependsOnOneSignal || outcome.status !== 'Synced') return outcome;
    if (first !== undefined) {
      const reason = SHARED[first.type];
      const what = `OneSignal holds this stage, but not the ${NAME[first.type]}, which belongs to ${holder(first.recordId)}.`;
      return { ...outcome, status: 'Skipped', reason, detail: describeOutcome(reason, what) };
    }
    if (stayOff.length === 0 || outcome.reason !== 'OK') return outcome;
    const names = stayOff.map((type) => NAME[type]).join(' and the ');
    const what = `OneSignal holds this stage; the ${names} was switched off there and stays so.`;
    return { ...outcome, detail: describeOutcome('OK', what) };
  };
  return { ...plan, outcomes: plan.outcomes.map(say) };
}

function holder(recordId: string | null): string {
  return recordId === null ? 'a OneSignal user that no record stands for' : `${objectOf(recordId)} ${recordId}`;
}
