/** What follows when Salesforce refuses the status of one record. */
export type RowFate = 'again' | 'dropped' | 'refused';

/**
 * Salesforce's row errors by what they mean for a status write. Codes that are not here are refusals that a person must
 * look at, such as a validation rule: they are kept in failures and tried again slowly.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
const FATES: Readonly<Record<string, RowFate>> = {
  UNABLE_TO_LOCK_ROW: 'again',
  SERVER_UNAVAILABLE: 'again',
  REQUEST_RUNNING_TOO_LONG: 'again',
  QUERY_TIMEOUT: 'again',
  UNKNOWN_EXCEPTION: 'again',
  ENTITY_IS_DELETED: 'dropped',
  INVALID_CROSS_REFERENCE_KEY: 'dropped',
  NOT_FOUND: 'dropped',
  // The lead's status shows on its contact: https://help.salesforce.com/s/articleView?id=005185010
  CANNOT_UPDATE_CONVERTED_LEAD: 'dropped',
};

/** Tries of a row that "again" is said to before it counts as refused. */
const MOST_TRIES = 8;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A refused write waits longer: somebody has to change a rule first. */
const FIRST_REFUSED_WAIT_MS = 15 * 60_000;
const LONGEST_REFUSED_WAIT_MS = 24 * 3_600_000;

/** Decides on one refused row. `attempts` are the tries before this one; `waitMs` is without jitter. */
export function fateOfRow(statusCode: string, attempts: number): { fate: RowFate; waitMs: number } {
  const fate = FATES[statusCode] ?? 'refused';
  if (fate === 'dropped') return { fate, waitMs: 0 };
  if (fate === 'again' && attempts < MOST_TRIES) {
    return { fate, waitMs: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts) };
  }
  const refusals = Math.max(0, fate === 'again' ? attempts - MOST_TRIES : attempts);
  return {
    fate: 'refused',
    waitMs: Math.min(LONGEST_REFUSED_WAIT_MS, FIRST_REFUSED_WAIT_MS * 2 ** Math.min(refusals, 10)),
  };
}
