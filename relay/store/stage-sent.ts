import { SKIPPED_WITH_STAGE } from '../mapping/outcome.ts';

/** `isStageSent` as a condition on a row of `verdicts`, the same in both engines. */
export const IS_STAGE_SENT = `(status = 'Synced' OR reason IN (${SKIPPED_WITH_STAGE.map((reason) => `'${reason}'`).join(', ')}))`;
