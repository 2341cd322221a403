import type { KnownVerdict } from '../store/store.ts';

/** What a record says of the sync that somebody or something asked for; times in ms since 1970, null where there is none. */
export interface Asked {
  requestedAt: number | null;
  answeredAt: number | null;
  isConverted: boolean;
}

/**
 * The record is the truth: a verdict in the store is an answer only while it is still on its way there, for as long as
 * Salesforce refuses it, or where the record may be one that takes none, as converted leads without the permission to
 * edit them: https://help.salesforce.com/s/articleView?id=005185010
 */
export function isUnanswered(
  { requestedAt, answeredAt, isConverted }: Asked,
  verdict: KnownVerdict | undefined,
): boolean {
  if (requestedAt === null || requestedAt === answeredAt) return false;
  const standsForRecord = verdict !== undefined && (verdict.isOnItsWay || isConverted);
  return !(standsForRecord && timeOf(verdict.answers) === requestedAt);
}

/** Bulk results, REST answers and verdicts write one time in several ways. */
export function timeOf(text: string | null | undefined): number | null {
  return text ? Date.parse(text) : null;
}
