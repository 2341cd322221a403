import { z } from 'zod';

/** What one sync of a record did. In the store it is a tuple: the journal has a row for each, and is to stay small. */
const SYNC = z.object({
  /** Due since (ms), what asked for it, and what the event said: the stage, and since when (ms). */
  d: z.tuple([z.number(), z.string().nullable(), z.string().nullable(), z.number().nullable()]),
  /** Tags added and changed, with what they became, and tags removed. Left out where nothing was to be sent. */
  p: z
    .object({
      a: z.record(z.string(), z.string()).default({}),
      c: z.record(z.string(), z.string()).default({}),
      r: z.array(z.string()).default([]),
    })
    .optional(),
  /** Requests to OneSignal: when each went out (ms), its name, what became of it, how long that took (ms). */
  c: z.array(z.tuple([z.number(), z.string(), z.string(), z.number()])),
  /** Status, reason, detail, stage. Left out where it is tried again. */
  v: z.tuple([z.string(), z.string(), z.string(), z.string().nullable()]).optional(),
});
export type SyncEntry = z.infer<typeof SYNC>;

/** What Salesforce said to one status write: `written`, or its code. */
const WRITE = z.object({ w: z.string() });
export type WriteEntry = z.infer<typeof WRITE>;

const ENTRY = z.union([SYNC, WRITE]);

export function writeEntry(entry: SyncEntry | WriteEntry): string {
  return JSON.stringify(entry);
}

/** @returns undefined for an entry of another version of the relay */
export function readEntry(json: string): SyncEntry | WriteEntry | undefined {
  return ENTRY.safeParse(JSON.parse(json)).data;
}
