import { RelayError } from '../../config/relay-error.ts';
import { REASONS } from '../../mapping/outcome.ts';
import { hashTagValue } from '../../mapping/record-hash.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import type { KnownUser, RecordState } from '../../store/store.ts';
import type { RecordStory, TimelineEntry } from './contract.ts';
import { engagementTimeline } from './engagement-timeline.ts';
import { recordIdOf } from './record-ids.ts';
import { summaryOf } from './search.ts';
import { storyOf } from './timeline.ts';

const MOST = 100;

/** @throws RelayError CONSOLE_NOT_FOUND */
export async function recordStory(text: string, view: Pick<RelayView, 'store' | 'setup'>): Promise<RecordStory> {
  const recordId = recordIdOf(text);
  const [state] = recordId === undefined ? [] : await view.store.recordStates([recordId]);
  if (state === undefined) throw new RelayError('CONSOLE_NOT_FOUND', 'The relay does not know this record.');
  const { verdict, userKey } = state;
  const user = userKey === null ? undefined : (await view.store.users([userKey])).get(userKey);
  const story = storyOf(await view.store.journal({ recordId: state.recordId, limit: MOST }));
  const engagement = await engagementTimeline(view.store, state.recordId, MOST);
  const reason = verdict && REASONS[verdict.reason];
  return {
    ...summaryOf(state),
    detail: verdict?.detail ?? null,
    meaning: reason?.meaning ?? null,
    next: reason?.nextStep ?? null,
    stage: verdict?.stage ?? null,
    decidedAt: verdict?.decidedAt ?? null,
    isWrittenBack: verdict?.isWritten ?? false,
    writeBackError: verdict?.writeBackError ?? null,
    ...tagsOf(user, story.tags, stageTagOf(state, view)),
    aliases: user?.aliases ?? {},
    timeline: [...verdictOf(state, story.timeline), ...story.timeline, ...engagement]
      // Of what is of one instant, the last came last.
      .reverse()
      .sort((a, b) => b.at - a.at)
      .slice(0, MOST),
  };
}

/** A crowd's work is not in the journal: what it came to is. */
function verdictOf({ verdict }: RecordState, timeline: readonly TimelineEntry[]): TimelineEntry[] {
  if (verdict === undefined) return [];
  const { status, reason, detail, stage, decidedAt } = verdict;
  const last = timeline.findLast((entry) => entry.kind === 'verdict');
  const isTold = last?.status === status && last.reason === reason && last.stage === stage;
  return isTold ? [] : [{ at: decidedAt, kind: 'verdict', status, reason, detail, stage }];
}

/** The tag that the stage gives under this mapping. */
function stageTagOf(
  { object, verdict }: RecordState,
  { setup }: Pick<RelayView, 'setup'>,
): [string, string] | undefined {
  const stage = verdict?.stage ?? undefined;
  if (stage === undefined) return undefined;
  return [setup.settings.stageTag, setup.mapping.stages[object].get(stage) ?? stage];
}

/** The store has fingerprints of what OneSignal holds: a value that we know some other way is shown where it fits. */
function tagsOf(
  user: KnownUser | undefined,
  planned: ReadonlyMap<string, string>,
  stageTag: [string, string] | undefined,
) {
  const tags: Record<string, string> = {};
  const tagsWithoutValue: string[] = [];
  for (const [tag, fingerprint] of Object.entries(user?.tags ?? {})) {
    const values = [planned.get(tag), stageTag?.[0] === tag ? stageTag[1] : undefined];
    const value = values.find((one) => one !== undefined && hashTagValue(one) === fingerprint);
    if (value === undefined) tagsWithoutValue.push(tag);
    else tags[tag] = value;
  }
  return { tags, tagsWithoutValue };
}
