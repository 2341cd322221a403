import type { Mapping } from '../../mapping/mapping-rows.ts';
import type { Settings } from '../../mapping/settings.ts';
import type { ActingUser } from './acting-user.ts';

/** A lead's way through the first hour. */
export interface LeadStages {
  /** The two stages that it has before it is won. */
  open: readonly [string, string];
  converted: string;
}

/** @returns undefined where the org has too few stages that the mapping sends */
export async function leadStages(
  user: ActingUser,
  mapping: Mapping,
  settings: Settings,
): Promise<LeadStages | undefined> {
  const soql = 'SELECT ApiName, IsConverted FROM LeadStatus ORDER BY SortOrder';
  const statuses = await user.query(soql);
  const namesOf = (isConverted: boolean) =>
    statuses.filter((row) => row.IsConverted === isConverted).map((row) => String(row.ApiName));
  const isSent = (stage: string) =>
    mapping.stages.Lead.has(stage) || !mapping.hasStageRows || settings.unmappedStage === 'PassThrough';
  const [first, second] = namesOf(false).filter(isSent);
  const converted = namesOf(true).find(isSent);
  if (first === undefined || second === undefined || converted === undefined) return undefined;
  return { open: [first, second], converted };
}

/** What OneSignal is to have for a stage. */
export function lifecycleOf(stage: string, mapping: Mapping): string {
  return mapping.stages.Lead.get(stage) ?? stage;
}
