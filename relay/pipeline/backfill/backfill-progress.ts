import { z } from 'zod';
import { OBJECT_NAMES } from '../../mapping/record.ts';

/** Where a backfill goes on: in the results of a bulk query, or in the store's own list. */
const PLACE = z.object({
  object: z.enum(OBJECT_NAMES).optional(),
  jobId: z.string().optional(),
  /** Of the next page; undefined for the first. */
  locator: z.string().optional(),
  /** The last record of the store's list that is dealt with. */
  after: z.string().optional(),
  /** What was read when this page began: whoever takes it up reads it again from there. */
  readBefore: z.number().optional(),
  /** What was found and read when this object began. */
  before: z.object({ found: z.number(), read: z.number() }).optional(),
});

const PROGRESS = z.object({
  /** `finding`: Salesforce looks for the records; `reading`: they are made due; `sending`: OneSignal gets them. */
  phase: z.enum(['finding', 'reading', 'sending']),
  place: PLACE,
  /** Records that the queries so far have found in all. */
  found: z.number(),
  /** Those that are not due have their verdict, or were due already. */
  read: z.number(),
  /** Made due, or in a dry run those that would be. */
  due: z.number(),
  /** Due in the bulk lane now. */
  left: z.number(),
});

/** How far a backfill is. It is kept in the store with each step, so that another process goes on there. */
export type BackfillProgress = z.infer<typeof PROGRESS>;

export const BACKFILL_START: BackfillProgress = {
  phase: 'finding',
  place: {},
  found: 0,
  read: 0,
  due: 0,
  left: 0,
};

/** What the store has of a request; the start for one that has not begun. */
export function readBackfillProgress(json: string): BackfillProgress {
  return PROGRESS.safeParse(JSON.parse(json)).data ?? BACKFILL_START;
}
