import { REASONS, type ReasonCode } from '../../../relay/mapping/outcome.ts';
import type { RecordStory, TimelineEntry } from '../../../relay/server/console/contract.ts';
import { IdSource, seededRandom, seededUuid } from '../../emulators/salesforce/org/ids.ts';

/** When all of it is, so that pictures and tests have the same times whenever they are made. */
export const NOON = Date.parse('2026-11-24T12:00:00Z');

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** What failed, with what the relay says of the one record instead of the general meaning. */
const FAILED: readonly { reason: ReasonCode; object: string; stage: string; what: string }[] = [
  {
    reason: 'BAD_EXTERNAL_ID',
    object: 'Lead',
    stage: 'Working - Contacted',
    what: 'OneSignal does not take the external id “NA”.',
  },
  {
    reason: 'TAG_LIMIT',
    object: 'Contact',
    stage: 'Onboarding',
    what: 'The user holds 10 tags already, and the plan allows 10.',
  },
  {
    reason: 'TAG_LIMIT',
    object: 'Lead',
    stage: 'Closed - Converted',
    what: 'The user holds 10 tags already, and the plan allows 10.',
  },
  {
    reason: 'ALIAS_CLAIMED',
    object: 'Contact',
    stage: 'Active',
    what: 'Another OneSignal user holds the alias crm_id of this record.',
  },
  {
    reason: 'BAD_EXTERNAL_ID',
    object: 'Lead',
    stage: 'Open - Not Contacted',
    what: 'The external id has a space in it.',
  },
  {
    reason: 'WRITE_BACK_REFUSED',
    object: 'Lead',
    stage: 'Working - Contacted',
    what: 'Salesforce refused the status: FIELD_CUSTOM_VALIDATION_EXCEPTION.',
  },
  {
    reason: 'NOT_VISIBLE',
    object: 'Contact',
    stage: 'Active',
    what: 'The integration user can’t see the record; nothing was sent.',
  },
];

/** Records that failed, one that is synced with much to tell, one skipped and one that waits. All follow from the seed. */
export function sampleRecords(seed: string, failed: number): Map<string, RecordStory> {
  const random = seededRandom(seed);
  const ids = new IdSource(seed);
  const stories = [syncedStory(ids, random), sharedStory(ids, random), pendingStory(ids)];
  for (let index = 0; index < failed; index += 1) {
    const kind = FAILED[index % FAILED.length];
    if (kind !== undefined) stories.push(failedStory(kind, index, ids, random));
  }
  return new Map(stories.map((story) => [story.recordId, story]));
}

type FailedKind = (typeof FAILED)[number];

function failedStory(kind: FailedKind, index: number, ids: IdSource, random: () => number): RecordStory {
  const decidedAt = NOON - index * 7 * MINUTE - Math.floor(random() * 5 * MINUTE) - 4 * MINUTE;
  const recordId = ids.next(kind.object === 'Lead' ? '00Q' : '003');
  const isKnown = kind.reason !== 'BAD_EXTERNAL_ID';
  const { meaning, nextStep } = REASONS[kind.reason];
  return {
    recordId,
    object: kind.object,
    state: 'Failed',
    reason: kind.reason,
    userKey: isKnown ? `u-${1_000 + Math.floor(random() * 9_000)}` : null,
    onesignalId: isKnown ? seededUuid(random) : null,
    detail: kind.what,
    meaning,
    next: nextStep,
    stage: kind.stage,
    decidedAt,
    isWrittenBack: kind.reason !== 'WRITE_BACK_REFUSED',
    writeBackError: kind.reason === 'WRITE_BACK_REFUSED' ? 'FIELD_CUSTOM_VALIDATION_EXCEPTION' : null,
    tags: isKnown ? { sf_stage: 'new', sf_stage_at: '1763985600' } : {},
    aliases: isKnown ? { salesforce_id: recordId } : {},
    timeline: failedTimeline(kind, decidedAt),
  };
}

function failedTimeline({ reason, stage, what }: FailedKind, decidedAt: number): TimelineEntry[] {
  const refused = reason === 'WRITE_BACK_REFUSED';
  const calls: TimelineEntry[] =
    reason === 'TAG_LIMIT' || reason === 'ALIAS_CLAIMED'
      ? [{ at: decidedAt - 40, kind: 'call', call: 'update tags', answer: 'refused (409)', ms: 38 }]
      : [];
  return [
    { at: decidedAt + SECOND, kind: 'write_back', answer: refused ? 'FIELD_CUSTOM_VALIDATION_EXCEPTION' : 'written' },
    { at: decidedAt, kind: 'verdict', status: 'Failed', reason, detail: what, stage },
    ...calls,
    {
      at: decidedAt - 60,
      kind: 'plan',
      added: {},
      changed: [{ tag: 'sf_stage', from: 'new', to: 'working' }],
      removed: [],
    },
    { at: decidedAt - 300, kind: 'due', cause: 'StageChanged', stage, changedAt: decidedAt - 900 },
  ];
}

/** One that has been through much: the longest page that a person meets. */
function syncedStory(ids: IdSource, random: () => number): RecordStory {
  const recordId = ids.next('003');
  const at = NOON - 26 * MINUTE;
  const before = NOON - 49 * HOUR;
  const detail = `${REASONS.OK.meaning} ${REASONS.OK.nextStep}`;
  return {
    recordId,
    object: 'Contact',
    state: 'Synced',
    reason: 'OK',
    userKey: 'user-48213',
    onesignalId: seededUuid(random),
    detail: REASONS.OK.meaning,
    meaning: REASONS.OK.meaning,
    next: REASONS.OK.nextStep,
    stage: 'Onboarding',
    decidedAt: at,
    isWrittenBack: true,
    tags: { sf_stage: 'onboarding', sf_stage_at: '1795520040', industry: 'biotechnology', source: 'web' },
    tagsWithoutValue: ['region'],
    aliases: { salesforce_id: recordId, salesforce_lead_id: ids.next('00Q') },
    timeline: [
      { at: at + SECOND, kind: 'write_back', answer: 'written' },
      { at, kind: 'verdict', status: 'Synced', reason: 'OK', detail, stage: 'Onboarding' },
      { at: at - 88, kind: 'call', call: 'update tags', answer: 'accepted (202)', ms: 84 },
      {
        at: at - 95,
        kind: 'plan',
        added: { industry: 'biotechnology' },
        changed: [
          { tag: 'sf_stage', from: 'customer', to: 'onboarding' },
          { tag: 'sf_stage_at', from: '1795343400', to: '1795520040' },
        ],
        removed: ['trial_ends'],
      },
      { at: at - 420, kind: 'due', cause: 'StageChanged', stage: 'Onboarding', changedAt: at - 1_100 },
      { at: at - 3 * HOUR, kind: 'engagement', event: 'push.clicked', message: 'Welcome aboard' },
      { at: at - 5 * HOUR, kind: 'engagement', event: 'push.received', message: 'Welcome aboard' },
      { at: before + 2 * SECOND, kind: 'write_back', answer: 'written' },
      { at: before, kind: 'verdict', status: 'Synced', reason: 'OK', detail, stage: 'Closed - Converted' },
      { at: before - 70, kind: 'call', call: 'update aliases', answer: 'accepted (200)', ms: 61 },
      { at: before - 180, kind: 'call', call: 'create user', answer: 'exists (202)', ms: 104 },
      {
        at: before - 190,
        kind: 'plan',
        added: { sf_stage: 'customer', sf_stage_at: '1795343400', source: 'web', trial_ends: '2026-12-01' },
        changed: [],
        removed: [],
      },
      { at: before - 600, kind: 'due', cause: 'Converted', stage: 'Closed - Converted', changedAt: before - 1_400 },
    ],
  };
}

/** Two records of one user, so that a search finds both. */
function sharedStory(ids: IdSource, random: () => number): RecordStory {
  const { meaning, nextStep } = REASONS.SHARED_EXTERNAL_ID;
  const decidedAt = NOON - 26 * MINUTE;
  return {
    recordId: ids.next('00Q'),
    object: 'Lead',
    state: 'Skipped',
    reason: 'SHARED_EXTERNAL_ID',
    userKey: 'user-48213',
    onesignalId: seededUuid(random),
    detail: meaning,
    meaning,
    next: nextStep,
    stage: 'Working - Contacted',
    decidedAt,
    isWrittenBack: true,
    tags: {},
    aliases: {},
    timeline: [
      {
        at: decidedAt,
        kind: 'verdict',
        status: 'Skipped',
        reason: 'SHARED_EXTERNAL_ID',
        detail: meaning,
        stage: 'Working - Contacted',
      },
      { at: decidedAt - 500, kind: 'due', cause: 'inputs', stage: null, changedAt: null },
    ],
  };
}

function pendingStory(ids: IdSource): RecordStory {
  return {
    recordId: ids.next('00Q'),
    object: 'Lead',
    state: 'Pending',
    reason: null,
    userKey: null,
    onesignalId: null,
    detail: null,
    meaning: null,
    next: null,
    stage: null,
    decidedAt: null,
    isWrittenBack: false,
    tags: {},
    aliases: {},
    timeline: [],
  };
}
