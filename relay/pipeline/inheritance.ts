import { describeOutcome } from '../mapping/outcome.ts';
import type { UserPlan } from '../mapping/plan.ts';
import { isRecordIdOf, type ObjectName, RECORD_ALIASES } from '../mapping/record.ts';
import type { KnownUser } from '../store/store.ts';
import { isUnsure } from './may-hold.ts';
import type { UserToSync } from './units.ts';

/** What comes to a user when a record of another becomes one with a record of its own. */
export interface Inheritance {
  /** Aliases by label, for where the user has none of its own. */
  aliases: Readonly<Record<string, string>>;
  /** Records that came with an app's own id, which stays with the user that has it. */
  appIds: readonly { recordId: string; object: ObjectName; externalId: string }[];
}

/**
 * What each user of a unit inherits from those that it takes the last records of. Aliases that name a record stay out: they
 * come from the records that are left. Pure.
 */
export function inheritances(
  users: readonly UserToSync[],
  known: ReadonlyMap<string, KnownUser>,
): Map<string, Inheritance> {
  const heirs = new Map<string, Inheritance>();
  for (const { key, members, handedOver } of users) {
    for (const { recordId, object, to } of handedOver) {
      if (to === undefined || members.length > 0) continue;
      const before = heirs.get(to) ?? { aliases: {}, appIds: [] };
      const isAppId = !isRecordIdOf('Lead', key) && !isRecordIdOf('Contact', key);
      heirs.set(to, {
        aliases: { ...leftBy(known.get(key)), ...before.aliases },
        appIds: isAppId ? [...before.appIds, { recordId, object, externalId: key }] : before.appIds,
      });
    }
  }
  return heirs;
}

/** The verdict on the record that is left says which id of an app came with a merged one, and is not taken over. */
export function namingAppIds(plan: UserPlan, { appIds }: Inheritance): UserPlan {
  if (appIds.length === 0) return plan;
  const named = appIds.map(
    ({ recordId, object, externalId }) => `${object} ${recordId} had the external id ${externalId}`,
  );
  const what = `OneSignal holds this stage; ${named.join(', ')}, whose user stays as it is.`;
  const outcomes = plan.outcomes.map((outcome) =>
    outcome.reason === 'OK' ? { ...outcome, detail: describeOutcome('OK', what) } : outcome,
  );
  return { ...plan, outcomes };
}

function leftBy(user: KnownUser | undefined): Record<string, string> {
  const all = { ...user?.inherited, ...user?.aliases };
  return Object.fromEntries(
    Object.entries(all).filter(([label, id]) => !RECORD_ALIASES.includes(label) && !isUnsure(id)),
  );
}
