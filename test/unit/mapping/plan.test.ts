import fc from 'fast-check';
import { planUser } from '../../../relay/mapping/plan.ts';
import type { Member } from '../../../relay/mapping/primary.ts';
import { distinctMembers } from './member-arbitraries.ts';
import {
  CONTACT_ID,
  contact,
  convertedLead,
  LEAD_ID,
  lead,
  mappingOf,
  member,
  type Rows,
  settings,
  stageRow,
  tagRow,
} from './record-samples.ts';

const TIME = String(Date.parse('2026-11-24T10:00:00Z') / 1000);

function plan(members: readonly Member[], rows: Rows = {}, row: Record<string, unknown> = {}) {
  return planUser('user-1', members, settings(row), mappingOf(rows, settings(row)));
}

function outcomes(members: readonly Member[], rows: Rows = {}, row: Record<string, unknown> = {}) {
  return Object.fromEntries(plan(members, rows, row).outcomes.map((one) => [one.recordId, one]));
}

const anyRows = fc.constantFrom<Rows>(
  {},
  { stages: [stageRow('Working', 'sql'), stageRow('MQL', 'mql', 'Contact')] },
  {
    stages: [stageRow('新規', 'new')],
    tags: [tagRow('A', 'a'), tagRow('B', 'b'), tagRow('A', 'c', { Object_Name__c: 'Contact' })],
  },
);
const anySettings = fc.record({
  Max_Tags__c: fc.integer({ min: 1, max: 5 }),
  Unmapped_Stage__c: fc.constantFrom('Skip', 'PassThrough'),
});

test('the plan of a user does not depend on the order in which its records are read', () => {
  fc.assert(
    fc.property(distinctMembers, anyRows, anySettings, (members, rows, row) => {
      const [one, other] = [plan(members, rows, row), plan([...members].reverse(), rows, row)];
      const byId = (a: { recordId: string }, b: { recordId: string }) => (a.recordId < b.recordId ? -1 : 1);
      expect({ ...other, outcomes: [...other.outcomes].sort(byId) }).toEqual({
        ...one,
        outcomes: [...one.outcomes].sort(byId),
      });
      expect(Object.keys(other.tags)).toEqual(Object.keys(one.tags));
    }),
  );
});

test('each record gets one outcome that fits its fields, and the tags never pass the cap', () => {
  fc.assert(
    fc.property(distinctMembers, anyRows, anySettings, (members, rows, row) => {
      const { tags, aliases, outcomes: all } = plan(members, rows, row);
      expect(Object.keys(tags).length).toBeLessThanOrEqual(row.Max_Tags__c);
      expect(Object.keys(aliases).length).toBeLessThanOrEqual(10);
      expect(all.map(({ recordId }) => recordId).sort()).toEqual(members.map(({ snapshot }) => snapshot.id).sort());
      for (const { detail, status, reason } of all) {
        expect(detail.length).toBeLessThanOrEqual(255);
        if (status === 'Synced') expect(tags.sf_stage).toBeDefined();
        expect(reason === 'SHARED_EXTERNAL_ID').toBe(reason === 'SHARED_EXTERNAL_ID' && status === 'Skipped');
      }
    }),
  );
});

test('a stage in any script reaches OneSignal as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (stage) => {
      expect(plan([member(lead({ stage }))]).tags).toEqual({ sf_stage: stage, sf_stage_at: TIME });
    }),
  );
});

describe('the stage', () => {
  const rows = { stages: [stageRow('Working', 'sql')] };

  test('is mapped where a row names it, and passes through where none does', () => {
    expect(plan([member(lead())], rows).tags.sf_stage).toBe('sql');
    expect(plan([member(lead({ stage: 'working' }))], rows).tags.sf_stage).toBe('working');
  });

  test('is skipped where no row names it and the settings say so, and its tags are taken away', () => {
    const {
      tags,
      isSendable,
      outcomes: all,
    } = plan([member(lead({ stage: 'Odd' }))], rows, { Unmapped_Stage__c: 'Skip' });
    expect([tags, isSendable]).toEqual([{}, true]);
    expect(all).toEqual([expect.objectContaining({ status: 'Skipped', reason: 'UNMAPPED_STAGE', stage: 'Odd' })]);
  });

  test('passes through without rows, whatever the settings say', () => {
    expect(plan([member(lead())], {}, { Unmapped_Stage__c: 'Skip' }).tags.sf_stage).toBe('Working');
  });

  test('without one the record is skipped and its tags are taken away', () => {
    const { tags, isSendable, outcomes: all } = plan([member(lead({ stage: null }))]);
    expect([tags, isSendable]).toEqual([{}, true]);
    expect(all).toEqual([expect.objectContaining({ status: 'Skipped', reason: 'NO_STAGE', stage: null })]);
  });

  test('of 255 characters is sent, of 256 it is a failure and nothing is', () => {
    expect(plan([member(lead({ stage: 'x'.repeat(255) }))]).outcomes[0]?.reason).toBe('OK');
    const tooLong = plan([member(lead({ stage: 'x'.repeat(256) }))]);
    expect(tooLong).toMatchObject({ isSendable: false, tags: {} });
    expect(tooLong.outcomes).toEqual([
      expect.objectContaining({ status: 'Failed', reason: 'STAGE_TOO_LONG', dependsOnOneSignal: false }),
    ]);
  });

  test('without a known time the time tag is not sent, never "now"', () => {
    expect(plan([member(lead({ stageChangedAt: null }))]).tags).toEqual({ sf_stage: 'Working' });
  });

  test.each(['Stage_Tag__c', 'Stage_Changed_At_Tag__c'])('under a reserved key in %s nothing is sent', (field) => {
    const reserved = plan([member(lead())], {}, { [field]: 'journey' });
    expect(reserved).toMatchObject({ isSendable: false, tags: {} });
    expect(reserved.outcomes).toEqual([expect.objectContaining({ status: 'Failed', reason: 'RESERVED_TAG_KEY' })]);
  });
});

describe('further tags', () => {
  const fields = { Industry: 'Energy', Employees: 'many', City: null };
  const tags = [tagRow('Industry', 'industry'), tagRow('Employees', 'size'), tagRow('City', 'city')];

  test('come after those of the stage, and are left out by the cap with a word about each', () => {
    const { tags: kept, outcomes: all } = plan([member(lead({ fields }))], { tags }, { Max_Tags__c: 3 });
    expect(kept).toEqual({ sf_stage: 'Working', sf_stage_at: TIME, industry: 'Energy' });
    expect(all[0]).toMatchObject({ status: 'Synced', reason: 'TAGS_LEFT_OUT' });
    expect(all[0]?.detail).toContain('size');
    expect(all[0]?.detail).not.toContain('city');
  });

  test('a value that does not fit its transform is left out and named by its field, never by its value', () => {
    const rows = { tags: [tagRow('Employees', 'size', { Transform__c: 'number' })] };
    const { tags: kept, outcomes: all } = plan([member(lead({ fields }))], rows, { Max_Tags__c: 9 });
    expect(kept).not.toHaveProperty('size');
    expect(all[0]?.detail).toContain('size (Employees does not fit number)');
    expect(all[0]?.detail).not.toContain('many');
  });

  test('rows of the other object do not count', () => {
    const rows = { tags: [tagRow('Industry', 'industry', { Object_Name__c: 'Contact' })] };
    expect(plan([member(lead({ fields }))], rows, { Max_Tags__c: 9 }).tags).not.toHaveProperty('industry');
  });
});

describe('aliases', () => {
  test('a lead and a contact have their own id', () => {
    expect(plan([member(lead())]).aliases).toEqual({ salesforce_id: LEAD_ID });
    expect(plan([member(contact())]).aliases).toEqual({ salesforce_id: CONTACT_ID });
  });

  test.each([
    ['with a stage', 'Customer'],
    ['without one', null],
  ])('after a conversion the contact’s id takes the place of the lead’s, which moves: contact %s', (_, stage) => {
    const { aliases } = plan([member(convertedLead()), member(contact({ stage }))]);
    expect(aliases).toEqual({ salesforce_id: CONTACT_ID, salesforce_lead_id: LEAD_ID });
  });

  test('come from rows too, ten in all, and those that OneSignal would not take are named', () => {
    const names = Array.from({ length: 12 }, (_, index) => `F${index}`);
    const tags = names.map((name) => tagRow(name, `crm_${name}`, { Kind__c: 'Alias' }));
    const fields = { ...Object.fromEntries(names.map((name) => [name, `id-${name}`])), F0: 'has space' };
    const { aliases, outcomes: all } = plan([member(lead({ fields }))], { tags });
    expect(Object.keys(aliases)).toHaveLength(10);
    expect(aliases).toMatchObject({ salesforce_id: LEAD_ID, crm_F1: 'id-F1', crm_F9: 'id-F9' });
    expect(aliases).not.toHaveProperty('crm_F0');
    expect(all[0]).toMatchObject({ status: 'Synced', reason: 'TAGS_LEFT_OUT' });
    for (const label of ['crm_F0', 'crm_F10', 'crm_F11']) expect(all[0]?.detail).toContain(label);
    expect(all[0]?.detail).not.toContain('has space');
  });
});

describe('several records of one user', () => {
  test('the contact of a won lead decides once it has a stage, and the lead says so', () => {
    const said = outcomes([member(convertedLead()), member(contact({ stage: 'Customer' }))]);
    expect(said[CONTACT_ID]).toMatchObject({ status: 'Synced', stage: 'Customer' });
    expect(said[LEAD_ID]).toMatchObject({
      status: 'Skipped',
      reason: 'SHARED_EXTERNAL_ID',
      stage: 'Closed - Converted',
    });
    expect(said[LEAD_ID]?.detail).toContain(CONTACT_ID);
  });

  test('until then the lead decides under its own mapping, and the contact is synced with its stage', () => {
    const members = [member(convertedLead()), member(contact({ stage: null }))];
    const rows = {
      stages: [stageRow('Closed - Converted', 'won'), stageRow('Closed - Converted', 'wrong', 'Contact')],
    };
    expect(plan(members, rows).tags.sf_stage).toBe('won');
    const said = outcomes(members, rows);
    for (const id of [LEAD_ID, CONTACT_ID]) {
      expect(said[id]).toMatchObject({ status: 'Synced', reason: 'OK', stage: 'Closed - Converted' });
    }
  });

  test('any other record is skipped and names the one that decides', () => {
    const other = '00Q000000000002EAA';
    const said = outcomes([member(lead({ stageChangedAt: null })), member(lead({ id: other }))]);
    expect(said[other]).toMatchObject({ status: 'Synced' });
    expect(said[LEAD_ID]).toMatchObject({ status: 'Skipped', reason: 'SHARED_EXTERNAL_ID', dependsOnOneSignal: false });
    expect(said[LEAD_ID]?.detail).toContain(other);
  });

  test('a contact without a stage is not spoken for by a lead that it did not come from', () => {
    const said = outcomes([member(lead()), member(contact({ stage: null }))]);
    expect(said[CONTACT_ID]).toMatchObject({ status: 'Skipped', reason: 'SHARED_EXTERNAL_ID' });
  });

  test('a user without records should hold nothing of ours', () => {
    expect(plan([])).toEqual({
      externalId: 'user-1',
      isSendable: true,
      addresses: { consents: {}, addresses: [], leftOut: [] },
      aliases: {},
      tags: {},
      leftOut: [],
      outcomes: [],
    });
  });
});
