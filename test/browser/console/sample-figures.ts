import { DEFAULT_SETTINGS } from '../../../relay/mapping/settings.ts';
import type {
  Conversions,
  History,
  HistoryPoint,
  MappingView,
  Overview,
  PreviewedRecord,
} from '../../../relay/server/console/contract.ts';
import { seededRandom } from '../../emulators/salesforce/org/ids.ts';
import { NOON } from './sample-records.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** How the relay is doing: at work, just installed, or in trouble. */
export type Mood = 'working' | 'new' | 'troubled';

export function sampleOverview(mood: Mood, deadLetters: number): Overview {
  const common = {
    version: '0.1.0',
    commit: '606afc4d1c7be2f0a9e5',
    now: NOON,
    appId: '7f1c2f6e-52a9-4b6f-9a34-0f4b1f6ad2c1',
  };
  if (mood === 'new')
    return {
      ...common,
      commit: null,
      startedAt: NOON - 8_000,
      orgId: null,
      isReady: true,
      reasons: [],
      warnings: [],
      stream: {
        state: 'subscribed',
        channel: '/event/OneSignal_Stage_Change__e',
        lastAliveAt: null,
        lastEventAt: null,
        latency: null,
      },
      work: { isPaused: false, due: 0, pendingWriteBacks: 0, deadLetters: 0, underOtherMapping: 0 },
      budgets: { api: null, deliveries: null },
      alerts: [],
      backfill: null,
    };
  const working: Overview = {
    ...common,
    startedAt: NOON - 6 * DAY - 4 * HOUR,
    orgId: '00D5g00000KxYzAEAV',
    isReady: true,
    reasons: [],
    warnings: [],
    stream: {
      state: 'subscribed',
      channel: '/event/OneSignal_Stage_Change__e',
      lastAliveAt: NOON - 12_000,
      lastEventAt: NOON - 38_000,
      latency: { p50: 182, p95: 611, p99: 1_240 },
    },
    work: { isPaused: false, due: 3, pendingWriteBacks: 12, deadLetters, underOtherMapping: 0 },
    budgets: {
      api: {
        used: 14_210,
        allowed: 50_000,
        org: { used: 38_940, limit: 100_000 },
        phase: 'easy',
        runsOutAt: null,
        spentUntil: null,
      },
      deliveries: {
        used: 31_480,
        allowed: null,
        org: { used: 36_900, limit: 50_000 },
        phase: 'tight',
        runsOutAt: NOON + 6 * HOUR + 20 * MINUTE,
        spentUntil: null,
      },
    },
    alerts: [],
    backfill: { done: 128_400, total: 212_000, perSecond: 412, secondsLeft: 203 },
  };
  return mood === 'working' ? working : troubled(working);
}

function troubled(working: Overview): Overview {
  return {
    ...working,
    isReady: false,
    reasons: [
      {
        code: 'STREAM_NOT_SUBSCRIBED',
        message: 'The relay is logging in to Salesforce again.',
        next: 'Wait a moment; the relay tries again by itself.',
      },
      {
        code: 'API_SHARE_SPENT',
        message: 'The relay has used its share of the org’s API calls, 50,000 of 50,000 in 24 hours, and waits.',
        next: 'Wait: it goes on by itself, and nothing is lost. Or raise RELAY_API_SHARE; docs/budgets.md says what costs what.',
      },
    ],
    warnings: ['OneSignal_Settings__c.Unmapped_Stage__c is not one of PassThrough, Skip: PassThrough counts'],
    stream: { ...working.stream, state: 'reauthenticating', lastAliveAt: NOON - 14 * MINUTE },
    work: {
      isPaused: false,
      due: 4_120,
      pendingWriteBacks: 380,
      deadLetters: working.work.deadLetters,
      underOtherMapping: 1_804,
    },
    budgets: {
      api: {
        used: 50_000,
        allowed: 50_000,
        org: { used: 81_200, limit: 100_000 },
        phase: 'spent',
        runsOutAt: null,
        spentUntil: NOON + 95 * MINUTE,
      },
      deliveries: null,
    },
    alerts: [
      {
        name: 'stream_silent',
        since: NOON - 9 * MINUTE,
        what: 'Salesforce’s event stream has been silent for 14 minutes.',
        next: 'Look at what /readyz says of the login; reconcile finds the changes meanwhile.',
      },
    ],
    backfill: null,
  };
}

/** A sales day: quiet at night, busy in the morning and in the afternoon. */
export function sampleHistory(seed: string, hours: number): History {
  const random = seededRandom(`${seed} history`);
  const stepMs = hours <= 6 ? MINUTE : hours <= 24 ? 5 * MINUTE : HOUR;
  const count = Math.min(168 * 60, (hours * HOUR) / stepMs);
  const points = Array.from({ length: count }, (_, index) => pointAt(NOON - (count - index) * stepMs, stepMs, random));
  return { stepMs, points };
}

function pointAt(at: number, stepMs: number, random: () => number): HistoryPoint {
  const hour = (at / HOUR) % 24;
  const pace = 0.06 + Math.exp(-((hour - 9.5) ** 2) / 5) + 0.8 * Math.exp(-((hour - 15) ** 2) / 6);
  const events = Math.round((stepMs / MINUTE) * 26 * pace * (0.7 + 0.6 * random()));
  const skipped = Math.round(events * 0.06 * random());
  const failed = random() < 0.12 ? Math.ceil(events * 0.03 * random()) : 0;
  const p50 = 130 + 90 * pace * random();
  return {
    at,
    events,
    synced: Math.max(0, events - skipped - failed),
    skipped,
    failed,
    latency: events === 0 ? null : { p50, p95: p50 * (2.4 + random()), p99: p50 * (4 + 3 * random()) },
    due: Math.round(22 * pace * random() ** 2),
    salesforceCalls: Math.ceil(events / 40),
    onesignalRequests: events,
  };
}

export function sampleMapping(mood: Mood): MappingView {
  if (mood === 'new') return { version: '—', stages: [], tags: [], settings: settings(true), warnings: [] };
  const stage = (object: string, name: string, lifecycleStage: string | null, more = {}) => ({
    object,
    stage: name,
    lifecycleStage,
    customEvent: null,
    messageTemplate: null,
    isInPicklist: true,
    ...more,
  });
  return {
    version: 'f3a91c',
    stages: [
      stage('Lead', 'Open - Not Contacted', 'new'),
      stage('Lead', 'Working - Contacted', 'working', { customEvent: 'stage_working' }),
      stage('Lead', 'Closed - Converted', 'customer', { messageTemplate: 'b3c1a8e2-61c7-4d0f-8f0e-2f6f4a8b7d11' }),
      stage('Lead', 'Closed - Not Converted', null),
      stage('Contact', 'Onboarding', 'onboarding', { customEvent: 'stage_onboarding' }),
      stage('Contact', 'Active', 'active'),
      stage('Contact', 'Former', 'former', { isInPicklist: false }),
    ],
    tags: [
      { object: 'Contact', field: 'Account.Industry', kind: 'Tag', tag: 'industry', transform: 'slug' },
      { object: 'Lead', field: 'LeadSource', kind: 'Tag', tag: 'source', transform: 'lowercase' },
      { object: 'Contact', field: 'CRM_Id__c', kind: 'Alias', tag: 'crm_id', transform: 'text' },
    ],
    settings: settings(false),
    warnings:
      mood === 'troubled'
        ? ['OneSignal_Tag_Mapping__mdt.Budget names the field Budgett__c, which Lead does not have']
        : [],
  };
}

function settings(isDefault: boolean): MappingView['settings'] {
  return [
    { name: 'Is_Paused__c', value: 'false', isDefault: true },
    { name: 'Stage_Tag__c', value: DEFAULT_SETTINGS.stageTag, isDefault: true },
    { name: 'Stage_Changed_At_Tag__c', value: DEFAULT_SETTINGS.stageChangedAtTag, isDefault: true },
    { name: 'Unmapped_Stage__c', value: isDefault ? DEFAULT_SETTINGS.unmappedStage : 'Skip', isDefault },
    { name: 'Missing_External_Id__c', value: DEFAULT_SETTINGS.missingExternalId, isDefault: true },
    { name: 'Deleted_Record__c', value: DEFAULT_SETTINGS.deletedRecord, isDefault: true },
    { name: 'Max_Tags__c', value: isDefault ? '2' : '10', isDefault },
    { name: 'Sync_Email__c', value: 'false', isDefault: true },
    { name: 'Sync_Phone__c', value: 'false', isDefault: true },
  ];
}

export function samplePreview(recordIds: readonly string[]): PreviewedRecord[] {
  return recordIds.map((recordId, index) =>
    index === 0
      ? {
          recordId,
          status: 'Synced',
          reason: 'OK',
          userKey: 'user-48213',
          added: { industry: 'biotechnology' },
          changed: [{ tag: 'sf_stage', from: 'customer', to: 'onboarding' }],
          removed: ['trial_ends'],
        }
      : { recordId, status: 'Skipped', reason: 'UNMAPPED_STAGE', userKey: null, added: {}, changed: [], removed: [] },
  );
}

export function sampleConversions(mood: Mood, days: number): Conversions {
  const row = (
    stage: string,
    messageName: string | null,
    messageId: string,
    reached: number,
    engaged: number,
    movedOn: number,
  ) => ({
    object: stage === 'Onboarding' ? 'Contact' : 'Lead',
    stage,
    messageId,
    messageName,
    reached,
    engaged,
    movedOn,
    share: engaged === 0 ? null : movedOn / engaged,
  });
  const rows = [
    row('Open - Not Contacted', 'Book a demo', '3b0e5d52-8b19-4f3e-9a5e-64d4e1c2a701', 4_812, 1_120, 214),
    row('Working - Contacted', 'Case study: Acme', 'a41b7c90-22d4-4c5e-8a57-9f4b3dd1e902', 1_930, 702, 188),
    row('Onboarding', 'Welcome aboard', 'c77e1a34-90ab-47c8-b3f1-1de2c3a4b503', 812, 540, 301),
    row('Working - Contacted', null, 'd08f2b45-13cd-4e9a-a6b2-7ac5d6e7f804', 96, 0, 0),
  ];
  return { windowHours: 72, from: NOON - days * DAY, rows: mood === 'new' ? [] : rows };
}
