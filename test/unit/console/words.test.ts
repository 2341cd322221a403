import { budgetWords } from '../../../relay/console/words/budgets.ts';
import { healthOf } from '../../../relay/console/words/health.ts';
import { counted, englishOf, percent, short } from '../../../relay/console/words/numbers.ts';
import { stateWords, streamWords } from '../../../relay/console/words/states.ts';
import { entryWords } from '../../../relay/console/words/timeline.ts';
import { clock, duration, exactTime, fromNow } from '../../../relay/console/words/times.ts';
import type { BudgetView, Overview } from '../../../relay/server/console/contract.ts';
import { sampleOverview } from '../../browser/console/sample-figures.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

test('numbers read as English does, in the browser’s kind of English', () => {
  expect(englishOf(['de-DE', 'en-US', 'en-GB'])).toBe('en-US');
  expect(englishOf(['de-DE', 'fr'])).toBe('en-GB');
  expect(englishOf(['en-US@posix'])).toBe('en-GB');
  expect(counted(1, 'record', 'records', 'en-GB')).toBe('1 record');
  expect(counted(12_345, 'record', 'records', 'en-GB')).toBe('12,345 records');
  expect(short(12_345, 'en-GB')).toBe('12.3k');
  expect(percent(0.005, 'en-GB')).toBe('0.5%');
  expect(percent(0.614, 'en-GB')).toBe('61%');
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1_249, '1.2 s'],
  [9_999, '9.9 s'],
  [59_999, '59 s'],
  [3 * MINUTE, '3 min'],
  [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
  [2 * HOUR, '2 h'],
  [3 * DAY + 4 * HOUR, '3 d 4 h'],
])('%d ms take %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [NOON - 4_999, 'just now'],
  [NOON + 1_000, 'just now'],
  [NOON - 40_000, '40 s ago'],
  [NOON - 59 * MINUTE, '59 min ago'],
  [NOON - 47 * HOUR, '47 h ago'],
  [NOON - 3 * DAY, '3 d ago'],
  [NOON + 3 * HOUR, 'in 3 h'],
])('%d is %s', (at, words) => {
  expect(fromNow(at, NOON)).toBe(words);
});

test('a time is told in the viewer’s zone, with the day where it is not today', () => {
  expect(exactTime(NOON, 'Europe/Berlin', 'en-GB')).toBe('24 Nov 2026, 13:00:00 CET');
  expect(clock(NOON, NOON, 'Asia/Kolkata', 'en-GB')).toBe('17:30');
  expect(clock(NOON - DAY, NOON, 'UTC', 'en-GB')).toBe('23 Nov, 12:00');
});

describe('health', () => {
  const told = (more: Partial<Overview> = {}): Overview => ({ ...sampleOverview('working', 0), ...more });
  const alert = { name: 'lag', since: NOON, what: 'It lags.', next: 'Wait.' };
  const work = told().work;

  test.each<[string, Overview, string]>([
    ['a pause', told({ work: { ...work, isPaused: true }, isReady: false }), 'The sync is paused.'],
    ['not ready', told({ isReady: false, alerts: [alert] }), 'The relay can’t do its whole job.'],
    [
      'an alert',
      told({ alerts: [alert], work: { ...work, deadLetters: 5 } }),
      'The relay works, and one thing needs you.',
    ],
    ['two alerts', told({ alerts: [alert, { ...alert, name: 'due' }] }), 'The relay works, and 2 things need you.'],
    ['failed records', told({ work: { ...work, deadLetters: 1 } }), 'In step, except for 1 failed record.'],
    ['records due', told({ work: { ...work, due: 3 } }), 'Working through 3 records.'],
    ['nothing at all', told({ work: { ...work, due: 0 } }), 'Everything is in step.'],
  ])('%s comes before what weighs less', (_what, overview, sentence) => {
    expect(healthOf(overview).sentence).toBe(sentence);
  });

  test('a relay that has seen no event does not claim that records were synced', () => {
    expect(healthOf(sampleOverview('new', 0)).detail).toBe('No stage change has come in yet.');
  });
});

describe('budgets', () => {
  const budget: BudgetView = { used: 1, allowed: 2, org: null, phase: 'easy', runsOutAt: null, spentUntil: null };

  test('a forecast says when it runs out, and a spent one until when it waits', () => {
    expect(budgetWords(budget, NOON).forecast).toContain('does not run out');
    expect(budgetWords({ ...budget, runsOutAt: NOON + 3 * HOUR }, NOON).forecast).toContain('(in 3 h)');
    const spent = { ...budget, phase: 'spent', runsOutAt: NOON, spentUntil: NOON + 90 * MINUTE };
    expect(budgetWords(spent, NOON)).toMatchObject({ word: 'Used up', tone: 'bad' });
    expect(budgetWords(spent, NOON).forecast).toMatch(/^Used up until .*\(in 1 h\)/);
  });

  test('a phase reads the same in either spelling, and a new one is shown as it is', () => {
    expect(budgetWords({ ...budget, phase: 'live_only' }, NOON).word).toBe('Live changes only');
    expect(budgetWords({ ...budget, phase: 'live only' }, NOON).word).toBe('Live changes only');
    expect(budgetWords({ ...budget, phase: 'brand new' }, NOON).word).toBe('brand new');
  });
});

test('every state of a record and of the stream has its tone, and one that is not known is shown as it is', () => {
  expect(['Synced', 'Skipped', 'Failed', 'Pending'].map((state) => stateWords(state).tone)).toEqual([
    'good',
    'idle',
    'bad',
    'busy',
  ]);
  expect(stateWords('Odd')).toEqual({ tone: 'idle', sentence: 'Odd' });
  expect(streamWords('subscribed')).toEqual({ word: 'Listening', tone: 'good' });
  expect(streamWords('odd')).toEqual({ word: 'odd', tone: 'idle' });
});

test('a story is told in sentences, also for what this page does not know yet', () => {
  const due = { at: NOON, kind: 'due', stage: null, changedAt: null } as const;
  expect(entryWords({ ...due, cause: 'StageChanged' }).title).toBe('Moved to another stage');
  expect(entryWords({ ...due, cause: 'mapping_changed' }).title).toBe('Mapping changed');
  expect(entryWords({ at: NOON, kind: 'plan', added: {}, changed: [], removed: [] }).title).toBe(
    'Planned: no tag differs',
  );
  expect(entryWords({ at: NOON, kind: 'write_back', answer: 'written' }).tone).toBe('good');
  expect(entryWords({ at: NOON, kind: 'write_back', answer: 'UNABLE_TO_LOCK_ROW' }).tone).toBe('warn');
});

test.each([
  ['push.clicked', 'Clicked a push message', 'good'],
  ['iam.received', 'Received an in-app message', 'idle'],
  ['email.opened', 'Opened an email', 'good'],
  ['email.unsubscribed', 'Unsubscribed from emails', 'warn'],
  ['email.reported_as_spam', 'Reported an email as spam', 'warn'],
  ['sms.sent', 'OneSignal sent a text message', 'idle'],
  ['push.dismissed', 'Push dismissed', 'idle'],
])('the event %s of a record reads “%s”', (event, title, tone) => {
  expect(entryWords({ at: NOON, kind: 'engagement', event, message: 'Offer' })).toEqual({ title, tone });
});
