import { mappingDraftOf, readMappingDraft } from '../../../relay/mapping/mapping-draft.ts';

const STAGE = { Object_Name__c: 'Lead', Stage__c: 'Open', Lifecycle_Stage__c: 'awareness' };

test('rows of a draft are active and come in their order, unless they say otherwise', () => {
  const { stages, tags, settings } = readMappingDraft(
    JSON.stringify({ stages: [STAGE, { ...STAGE, DeveloperName: 'Own', Is_Active__c: false }] }),
    'draft.json',
  );
  expect(stages).toEqual([
    { ...STAGE, DeveloperName: 'Draft_00001', Is_Active__c: true },
    { ...STAGE, DeveloperName: 'Own', Is_Active__c: false },
  ]);
  expect([tags, settings]).toEqual([undefined, undefined]);
});

test.each([
  ['is not JSON', '{', 'draft.json is not JSON.'],
  ['has a field that no row has', JSON.stringify({ stages: [{ ...STAGE, Stage: 'Open' }] }), 'stages.0'],
  ['lacks what each row needs', JSON.stringify({ tags: [{ Object_Name__c: 'Lead' }] }), 'tags.0.Field__c'],
  ['names an unknown setting', JSON.stringify({ settings: { Max_Tags: 5 } }), 'Max_Tags'],
])('a draft that %s is refused by name', (_what, json, says) => {
  expect(() => readMappingDraft(json, 'draft.json')).toThrow(says);
});

test('what the org has is written without blanks and what is no setting, and reads back as it is', () => {
  const row = {
    attributes: { type: 'x' },
    DeveloperName: 'Open',
    ...STAGE,
    Custom_Event_Name__c: null,
    Is_Active__c: true,
  };
  const json = mappingDraftOf({ attributes: {}, Max_Tags__c: 5, Stage_Tag__c: null }, [row], []);
  expect(readMappingDraft(json, 'draft.json')).toEqual({
    settings: { Max_Tags__c: 5 },
    stages: [{ DeveloperName: 'Open', ...STAGE, Is_Active__c: true }],
    tags: [],
  });
});
