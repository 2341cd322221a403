import { REASONS, type ReasonCode } from '../../../relay/mapping/outcome.ts';
import type {
  Failures,
  Overview,
  RecordStory,
  RecordSummary,
  RetryRequest,
} from '../../../relay/server/console/contract.ts';
import { type Mood, sampleOverview } from './sample-figures.ts';
import { NOON, sampleRecords } from './sample-records.ts';

const PAGE = 100;

export interface ConsoleWorld {
  mood: Mood;
  seed: string;
  overview(): Overview;
  failures(reason: string | null, after: string | null): Failures;
  /** @returns how many; they wait from then on until `settle` */
  retry(what: RetryRequest): number;
  /** What waited for a retry is synced. */
  settle(): void;
  search(query: string): RecordSummary[];
  story(recordId: string): RecordStory | undefined;
  records: ReadonlyMap<string, RecordStory>;
}

export interface WorldOptions {
  mood?: Mood;
  /** So many records have failed. */
  failed?: number;
}

/** What a relay would tell, and what becomes of it as a person retries. It follows from the seed. */
export function createConsoleWorld(seed: string, { mood = 'working', failed = 14 }: WorldOptions = {}): ConsoleWorld {
  const records = mood === 'new' ? new Map<string, RecordStory>() : sampleRecords(seed, failed);
  const retried: string[] = [];
  let clock = NOON;
  const failing = () => [...records.values()].filter(({ state }) => state === 'Failed');

  const change = (recordId: string, next: (story: RecordStory) => RecordStory) => {
    const story = records.get(recordId);
    if (story !== undefined) records.set(recordId, next(story));
  };

  return {
    mood,
    seed,
    records,
    overview: () => ({ ...sampleOverview(mood, failing().length), now: clock }),
    failures(reason, after) {
      const all = failing();
      const wanted = all.filter((story) => reason === null || story.reason === reason);
      const start = after === null ? 0 : wanted.findIndex(({ recordId }) => recordId === after) + 1;
      const page = wanted.slice(start, start + PAGE);
      return {
        groups: groupsOf(all),
        records: page.map(failedRecord),
        after: start + PAGE < wanted.length ? (page.at(-1)?.recordId ?? null) : null,
      };
    },
    retry({ recordIds, reason }) {
      const wanted = failing().filter(
        (story) => recordIds?.includes(story.recordId) ?? (reason === undefined || story.reason === reason),
      );
      clock += 1_000;
      for (const { recordId } of wanted) {
        retried.push(recordId);
        change(recordId, (story) => waiting(story, clock));
      }
      return wanted.length;
    },
    settle() {
      clock += 1_000;
      for (const recordId of retried.splice(0)) change(recordId, (story) => synced(story, clock));
    },
    search: (query) =>
      [...records.values()].filter(
        ({ recordId, userKey, onesignalId }) =>
          recordId.startsWith(query.slice(0, 15)) || [userKey, onesignalId].includes(query),
      ),
    story: (recordId) => records.get(recordId),
  };
}

function groupsOf(stories: readonly RecordStory[]): Failures['groups'] {
  const counts = new Map<string, number>();
  for (const { reason } of stories) counts.set(reason ?? '', (counts.get(reason ?? '') ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => {
      const { meaning, nextStep } = REASONS[reason as ReasonCode];
      return { reason, count, meaning, next: nextStep };
    })
    .sort((one, other) => other.count - one.count);
}

function failedRecord({
  recordId,
  object,
  reason,
  detail,
  stage,
  decidedAt,
}: RecordStory): Failures['records'][number] {
  return { recordId, object, reason: reason ?? '', detail: detail ?? '', stage, decidedAt: decidedAt ?? NOON };
}

function waiting(story: RecordStory, at: number): RecordStory {
  return {
    ...story,
    state: 'Pending',
    timeline: [{ at, kind: 'due', cause: 'retry', stage: null, changedAt: null }, ...story.timeline],
  };
}

function synced(story: RecordStory, at: number): RecordStory {
  const { meaning, nextStep } = REASONS.OK;
  const tags = { ...story.tags, sf_stage: 'working' };
  return {
    ...story,
    state: 'Synced',
    reason: 'OK',
    detail: meaning,
    meaning,
    next: nextStep,
    decidedAt: at,
    tags,
    timeline: [
      { at: at + 400, kind: 'write_back', answer: 'written' },
      { at, kind: 'verdict', status: 'Synced', reason: 'OK', detail: `${meaning} ${nextStep}`, stage: story.stage },
      { at: at - 60, kind: 'call', call: 'update tags', answer: 'accepted (202)', ms: 55 },
      ...story.timeline,
    ],
  };
}
