import { transitionVerdicts } from '../../../../relay/pipeline/transitions/transition-verdicts.ts';
import { LEAD_ID, lead, mappingOf, member, stageRow } from '../../mapping/record-samples.ts';
import { verdict } from '../../store/store-samples.ts';
import { unitOfOne } from '../unit-samples.ts';

const CHANGED_AT = '2026-11-24T10:00:00.000+0000';
const SECONDS = Date.parse('2026-11-24T10:00:00Z') / 1000;
const MAPPING = mappingOf({ stages: [{ ...stageRow('Working', 'sql'), Custom_Event_Name__c: 'became_sql' }] });

/** What the verdict on a lead in the stage means for its custom event, so many seconds after it came there. */
function eventVerdict(lane: 'live' | 'bulk', secondsAfter: number, status: 'Synced' | 'Skipped' | 'Failed' = 'Synced') {
  const unit = unitOfOne({ lane });
  const members = [member(lead({ id: LEAD_ID, stage: 'Working', stageChangedAt: CHANGED_AT }))];
  const users = unit.users.map((user) => ({ user: { ...user, members } }));
  const context = { mapping: MAPPING, salesforceNow: () => (SECONDS + secondsAfter) * 1000 };
  const verdicts = transitionVerdicts(users, [verdict(LEAD_ID, { status })], unit, context);
  return verdicts.find(({ kind }) => kind === 'event');
}

test('a record that was just changed shows the transition itself, for the case that its event was lost', () => {
  const shown = { kind: 'event', recordId: LEAD_ID, object: 'Lead', stage: 'Working', priorStage: null, at: SECONDS };
  expect(eventVerdict('live', 10)).toEqual({ kind: 'event', recordId: LEAD_ID, userKey: LEAD_ID, shown });
});

test('a backfill shows none, nor does a stage older than an hour; what an event told of is told all the same', () => {
  const nothingShown = { kind: 'event', recordId: LEAD_ID, userKey: LEAD_ID, shown: undefined };
  expect(eventVerdict('bulk', 10)).toEqual(nothingShown);
  expect(eventVerdict('live', 3_601)).toEqual(nothingShown);
});

test('a record that is skipped has nothing to tell, and one that failed may have later', () => {
  expect(eventVerdict('live', 10, 'Skipped')).toMatchObject({ userKey: null, shown: undefined });
  expect(eventVerdict('live', 10, 'Failed')).toBeUndefined();
});

test('without a row that names anything nothing is kept', () => {
  const unit = unitOfOne();
  const context = { mapping: mappingOf(), salesforceNow: () => SECONDS * 1000 };
  expect(transitionVerdicts([], [verdict(LEAD_ID)], unit, context)).toEqual([]);
});
