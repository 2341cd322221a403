import { readMapping } from '../../../relay/mapping/mapping-rows.ts';
import { mappingOf, settings, stageRow, tagRow } from './record-samples.ts';

const TYPES: Readonly<Record<string, string>> = {
  Industry: 'picklist',
  Rating: 'picklist',
  Interests__c: 'multipicklist',
  Address: 'address',
  'Owner.Name': 'string',
};

/** Reads rows of an org that has the fields above; the first row is `Row_0`, the next `Row_1`. */
function read(rows: { stages?: Record<string, unknown>[]; tags?: Record<string, unknown>[] }, timeZone = 'UTC') {
  const named = (given: Record<string, unknown>[] = []) =>
    given.map((row, index) => ({ DeveloperName: `Row_${index}`, Is_Active__c: true, ...row }));
  const both = { stages: named(rows.stages), tags: named(rows.tags) };
  return readMapping(both, settings(), (object, field) => (object === 'Lead' ? TYPES[field] : undefined), timeZone);
}

const GOOD_TAG = tagRow('Industry', 'sf_industry');

test('good rows give a mapping without warnings, fields in their order', () => {
  const { mapping, warnings } = read({
    stages: [stageRow('Working', 'sql'), stageRow('Working', 'customer', 'Contact')],
    tags: [
      { ...tagRow('Rating', 'sf_rating'), Order__c: 2, Transform__c: 'slug' },
      { ...GOOD_TAG, Order__c: 1 },
      { ...tagRow('Owner.Name', 'crm_owner'), Kind__c: 'Alias' },
    ],
  });
  expect(warnings).toEqual([]);
  expect(mapping.stages.Lead.get('Working')).toBe('sql');
  expect(mapping.stages.Contact.get('Working')).toBe('customer');
  expect(mapping.fields.map(({ key, transform, kind }) => [key, transform, kind])).toEqual([
    ['sf_industry', 'text', 'Tag'],
    ['sf_rating', 'slug', 'Tag'],
    ['crm_owner', 'text', 'Alias'],
  ]);
});

test.each([
  ['a missing field', { Field__c: 'Nowhere__c' }, 'Lead.Nowhere__c'],
  ['a field of the other object only', { Object_Name__c: 'Contact' }, 'Contact.Rating'],
  ['a field with several values', { Field__c: 'Interests__c' }, 'multipicklist'],
  ['a compound field', { Field__c: 'Address' }, 'address'],
  ['two relationship steps', { Field__c: 'Owner.Manager.Name' }, 'one relationship step'],
  ['a reserved key', { Tag__c: 'journey' }, '"journey"'],
  ['the key of the stage', { Tag__c: 'sf_stage' }, '"sf_stage"'],
  ['the key of the stage time', { Tag__c: 'sf_stage_at' }, '"sf_stage_at"'],
  ['a key that another row gives', { Tag__c: 'sf_industry' }, '"sf_industry"'],
  ['no key', { Tag__c: ' ' }, 'tag key'],
  ['no field', { Field__c: null }, 'a field'],
  ['an unknown object', { Object_Name__c: 'Account' }, 'Lead or Contact'],
  ['an unknown kind', { Kind__c: 'Label' }, 'kind'],
  ['a kind that there is not', { Kind__c: 'SmsConsent' }, 'EmailConsent or PhoneConsent'],
  ['a consent that is no checkbox', { Kind__c: 'EmailConsent' }, 'no checkbox'],
  ['an unknown transform', { Transform__c: 'upper' }, 'transform'],
  ['a managed alias label', { Kind__c: 'Alias', Tag__c: 'salesforce_id' }, '"salesforce_id"'],
  ['an alias label with a space', { Kind__c: 'Alias', Tag__c: 'my id' }, 'alias label'],
  ['an alias label with a step upwards', { Kind__c: 'Alias', Tag__c: 'a..b' }, 'alias label'],
  ['values that are no text', { Field__c: 7, Tag__c: {} }, 'a field'],
])('a tag row with %s is left out and named; the others work on', (_, given, why) => {
  const { mapping, warnings } = read({ tags: [GOOD_TAG, { ...tagRow('Rating', 'sf_rating'), ...given }] });
  expect(mapping.fields.map(({ key }) => key)).toEqual(['sf_industry']);
  expect(warnings).toEqual([expect.stringContaining('OneSignal_Tag_Mapping__mdt.Row_1')]);
  expect(warnings[0]).toContain(why);
});

test('of two rows for one stage the first by name counts, in whatever order they come; the other is named', () => {
  const rows = [
    { DeveloperName: 'B', Is_Active__c: true, ...stageRow('Working', 'second') },
    { DeveloperName: 'A', Is_Active__c: true, ...stageRow('Working', 'first') },
  ];
  for (const stages of [rows, [...rows].reverse()]) {
    const { mapping, warnings } = readMapping({ stages, tags: [] }, settings(), () => undefined, 'UTC');
    expect(mapping.stages.Lead.get('Working')).toBe('first');
    expect(warnings).toEqual([expect.stringMatching(/Mapping__mdt\.B names a Lead stage/)]);
  }
});

test.each([
  ['no stage', { Stage__c: null }],
  ['no lifecycle stage', { Lifecycle_Stage__c: '' }],
  ['an unknown object', { Object_Name__c: 'Opportunity' }],
])('a stage row with %s is left out and named', (_, given) => {
  const { mapping, warnings } = read({ stages: [stageRow('Working', 'sql'), { ...stageRow('New', 'new'), ...given }] });
  expect([...mapping.stages.Lead.keys()]).toEqual(['Working']);
  expect(warnings).toEqual([expect.stringContaining('OneSignal_Stage_Mapping__mdt.Row_1')]);
});

test('inactive rows count for nothing, not even a warning', () => {
  const off = { Is_Active__c: false };
  const { mapping, warnings } = read({
    stages: [{ ...stageRow('Working', 'sql'), ...off }],
    tags: [
      { ...GOOD_TAG, ...off },
      { ...tagRow('Nowhere__c', 'x'), ...off },
    ],
  });
  expect(mapping).toMatchObject({ hasStageRows: false, fields: [] });
  expect(warnings).toEqual([]);
});

test('a row may name a custom event; one with a name that OneSignal keeps for itself still gives its stage', () => {
  const { mapping, warnings } = read({ stages: [{ ...stageRow('Working', 'sql'), Custom_Event_Name__c: 'went_sql' }] });
  expect([mapping.stages.Lead.get('Working'), mapping.customEvents.Lead.get('Working')]).toEqual(['sql', 'went_sql']);
  expect(warnings).toEqual([]);
  for (const name of ['os.session', 'os__session', 'x'.repeat(129)]) {
    const wrong = read({ stages: [{ ...stageRow('Working', 'sql'), Custom_Event_Name__c: name }] });
    expect(wrong.mapping.stages.Lead.get('Working')).toBe('sql');
    expect(wrong.mapping.customEvents.Lead.size).toBe(0);
    expect(wrong.warnings).toEqual([expect.stringContaining('Custom_Event_Name__c')]);
  }
});

test('the version follows whatever changes a plan, and nothing else', () => {
  const base = { stages: [stageRow('Working', 'sql')], tags: [tagRow('Industry', 'sf_industry')] };
  const version = (rows = base, row = {}) => mappingOf(rows, settings(row)).version;
  expect(version()).toBe(version());
  expect(version(base, { Is_Paused__c: true })).toBe(version());
  expect(version(base, { Unsubscribe_Opts_Out__c: true })).toBe(version());
  const others = [
    version({ ...base, stages: [stageRow('Working', 'mql')] }),
    version({ ...base, tags: [] }),
    version({ ...base, tags: [tagRow('Industry', 'sf_industry', { Transform__c: 'slug' })] }),
    version(base, { Max_Tags__c: 5 }),
    version(base, { Stage_Tag__c: 'stage' }),
  ];
  expect(new Set([version(), ...others]).size).toBe(6);
});

test('a row may name a message by its template, which goes out as push unless the row says otherwise', () => {
  const TEMPLATE = '0b8f7b9e-6c1d-4f0e-9d5a-3f2f7c1e4a11';
  const messageOf = (more: Record<string, string>) => {
    const { mapping, warnings } = read({ stages: [{ ...stageRow('Working', 'sql'), ...more }] });
    return [mapping.messages.Lead.get('Working'), warnings.length];
  };
  const id = { Message_Template_Id__c: TEMPLATE };
  expect(messageOf(id)).toEqual([{ templateId: TEMPLATE, channel: 'push' }, 0]);
  expect(messageOf({ ...id, Message_Channel__c: 'sms' })).toEqual([{ templateId: TEMPLATE, channel: 'sms' }, 0]);
  expect(messageOf({ ...id, Message_Channel__c: 'fax' })).toEqual([undefined, 1]);
  expect(messageOf({ Message_Template_Id__c: 'welcome' })).toEqual([undefined, 1]);
});

test('the version follows the time zone only where a row turns something into seconds', () => {
  const [plain, seconds] = [
    tagRow('Industry', 'sf_industry'),
    { ...tagRow('Industry', 'at'), Transform__c: 'unix_seconds' },
  ];
  const versions = (tag: Record<string, unknown>) =>
    ['UTC', 'Asia/Tokyo'].map((timeZone) => read({ tags: [tag] }, timeZone).mapping.version);
  expect(new Set(versions(plain)).size).toBe(1);
  expect(new Set(versions(seconds)).size).toBe(2);
});

test.each(['constructor', 'toString', '__proto__'])(
  'a kind by the name of what every object has (%s) is no kind',
  (kind) => {
    const row = { Object_Name__c: 'Lead', Field__c: 'Industry', Kind__c: kind, Tag__c: 'x', Is_Active__c: true };
    const { mapping, warnings } = readMapping({ stages: [], tags: [row] }, settings(), () => 'boolean', 'UTC');
    expect([mapping.fields, mapping.consents]).toEqual([[], []]);
    expect(warnings).toEqual([expect.stringContaining('needs a kind')]);
  },
);

test('an alias by the label __proto__ is left out and named, instead of being lost', () => {
  const row = {
    Object_Name__c: 'Lead',
    Field__c: 'Industry',
    Kind__c: 'Alias',
    Tag__c: '__proto__',
    Is_Active__c: true,
  };
  const { mapping, warnings } = readMapping({ stages: [], tags: [row] }, settings(), () => 'string', 'UTC');
  expect(mapping.fields).toEqual([]);
  expect(warnings).toHaveLength(1);
});
