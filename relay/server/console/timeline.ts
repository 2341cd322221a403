import { readEntry, type SyncEntry } from '../../pipeline/journal/journal-entry.ts';
import type { TagChange, TimelineEntry } from './contract.ts';

/** Of these causes the stage that the event named is news; else it is from an event before. */
const STAGE_MOVES = new Set(['Created', 'StageChanged', 'Converted']);

export interface Story {
  /** Oldest first. */
  timeline: TimelineEntry[];
  /** Tags as they were last planned, as far as the journal goes back. */
  tags: ReadonlyMap<string, string>;
}

/**
 * Unfolds the journal of a record. Pure.
 * @param rows as the store has them, newest first
 */
export function storyOf(rows: readonly { at: number; entry: string }[]): Story {
  const timeline: TimelineEntry[] = [];
  const tags = new Map<string, string>();
  let dueSince: number | undefined;
  for (const { at, entry: json } of rows.toReversed()) {
    const entry = readEntry(json);
    if (entry === undefined) continue;
    if ('w' in entry) {
      timeline.push({ at, kind: 'write_back', answer: entry.w });
      continue;
    }
    // Tried again, it is due for the same change still.
    if (entry.d[0] !== dueSince) timeline.push(dueEntry(entry));
    dueSince = entry.d[0];
    timeline.push(...syncEntries(at, entry, tags));
  }
  return { timeline: timeline.sort((a, b) => a.at - b.at), tags };
}

function dueEntry({ d: [at, cause, stage, changedAt] }: SyncEntry): TimelineEntry {
  const isNews = cause !== null && STAGE_MOVES.has(cause);
  return {
    at,
    kind: 'due',
    cause: cause ?? 'event',
    stage: isNews ? stage : null,
    changedAt: isNews ? changedAt : null,
  };
}

function syncEntries(at: number, { p: plan, c: calls, v: verdict }: SyncEntry, tags: Map<string, string>) {
  const entries: TimelineEntry[] = [];
  const began = calls[0]?.[0] ?? at;
  if (plan !== undefined) {
    const changed = Object.entries(plan.c).map(([tag, to]): TagChange => ({ tag, from: tags.get(tag) ?? '', to }));
    entries.push({ at: began, kind: 'plan', added: plan.a, changed, removed: plan.r });
    for (const [tag, value] of Object.entries({ ...plan.a, ...plan.c })) tags.set(tag, value);
    for (const tag of plan.r) tags.delete(tag);
  }
  for (const [callAt, call, answer, ms] of calls) entries.push({ at: callAt, kind: 'call', call, answer, ms });
  if (verdict !== undefined) {
    const [status, reason, detail, stage] = verdict;
    entries.push({ at, kind: 'verdict', status, reason, detail, stage });
  }
  return entries;
}
