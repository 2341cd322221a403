import { z } from 'zod';
import { OBJECT_NAMES } from '../../mapping/record.ts';

/**
 * all      every lead, and every contact that has a stage, unless it has its verdict under this mapping
 * changed  those whose verdict was decided under another mapping
 * due      those that wait for an answer, as reconcile finds them: they are always sent
 */
export const BACKFILL_SCOPES = ['all', 'changed', 'due'] as const;

const OPTIONS = z.object({
  scope: z.enum(BACKFILL_SCOPES),
  objects: z.array(z.enum(OBJECT_NAMES)).min(1),
  /** A SOQL condition, which goes on top of the scope's own. */
  where: z.string().optional(),
  isDryRun: z.boolean(),
});

export type BackfillOptions = z.infer<typeof OPTIONS>;

/** From the store. @throws ZodError for what another version of the relay left there in another form */
export function readBackfillOptions(json: string): BackfillOptions {
  return OPTIONS.parse(JSON.parse(json));
}
