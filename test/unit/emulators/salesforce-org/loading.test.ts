import { loadOrg } from '../../../emulators/salesforce/org/load-org.ts';
import { withPackage } from './org-under-test.ts';

const flow = (parts: { start?: string; body?: string }) => `<?xml version="1.0" encoding="UTF-8"?>
<Flow xmlns="http://soap.sforce.com/2006/04/metadata">
  ${parts.body ?? ''}
  <processType>AutoLaunchedFlow</processType>
  <start>${
    parts.start ??
    '<object>Lead</object><recordTriggerType>CreateAndUpdate</recordTriggerType><triggerType>RecordAfterSave</triggerType>'
  }</start>
  <status>Active</status>
</Flow>`;
const start = (more: string, trigger = 'RecordAfterSave', on = 'CreateAndUpdate') =>
  `${more}<object>Lead</object><recordTriggerType>${on}</recordTriggerType><triggerType>${trigger}</triggerType>`;
const assign = (to: string, value: string) =>
  `<assignments><name>A</name><assignmentItems><assignToReference>${to}</assignToReference><operator>Assign</operator><value>${value}</value></assignmentItems></assignments>`;
const formula = (type: string, expression: string) =>
  `<formulas><name>F</name><dataType>${type}</dataType><expression>${expression}</expression></formulas>`;
const field = (more: string) =>
  `<CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>X__c</fullName><label>X</label>${more}</CustomField>`;
const set = (more: string) =>
  `<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>X</label>${more}</PermissionSet>`;
const grant = (name: string, editable: boolean) =>
  `<fieldPermissions><editable>${editable}</editable><field>${name}</field><readable>true</readable></fieldPermissions>`;

const event = `<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>E</label><pluralLabel>Es</pluralLabel><publishBehavior>PublishAfterCommit</publishBehavior></CustomObject>`;

test.each<[string, Record<string, string>, RegExp]>([
  [
    'an element',
    { 'flows/X.flow-meta.xml': flow({ body: '<loops><name>L</name></loops>' }) },
    /X\.flow-meta\.xml: element <loops> is not emulated/,
  ],
  [
    'an element of the start',
    { 'flows/X.flow-meta.xml': flow({ start: start('<scheduledPaths/>') }) },
    /<scheduledPaths>/,
  ],
  [
    'a formula function',
    { 'flows/X.flow-meta.xml': flow({ body: formula('String', 'LOWER("X")') }) },
    /formulas F: formula: function LOWER/,
  ],
  [
    'a formula of another type',
    { 'flows/X.flow-meta.xml': flow({ body: formula('DateTime', '1 + 1') }) },
    /gives number, not datetime/,
  ],
  [
    'a field that is missing',
    { 'flows/X.flow-meta.xml': flow({ body: formula('String', '{!$Record.Nothing__c}') }) },
    /\$Record\.Nothing__c does not exist/,
  ],
  [
    'a permission that is missing',
    { 'flows/X.flow-meta.xml': flow({ body: formula('Boolean', '{!$Permission.Nothing}') }) },
    /custom permission Nothing/,
  ],
  [
    'a global variable',
    { 'flows/X.flow-meta.xml': flow({ body: formula('String', '{!$User.Email}') }) },
    /"\$User\.Email" does not exist or is not emulated/,
  ],
  [
    'prior values in a delete',
    {
      'flows/X.flow-meta.xml': flow({
        start: start('', 'RecordBeforeDelete', 'Delete'),
        body: formula('String', '{!$Record__Prior.Name}'),
      }),
    },
    /\$Record__Prior does not exist/,
  ],
  [
    'ISNEW in a delete',
    {
      'flows/X.flow-meta.xml': flow({
        start: start('', 'RecordBeforeDelete', 'Delete'),
        body: formula('Boolean', 'ISNEW()'),
      }),
    },
    /ISNEW needs a record/,
  ],
  [
    '$Record assigned after the save',
    { 'flows/X.flow-meta.xml': flow({ body: assign('$Record.Phone', '<stringValue>1</stringValue>') }) },
    /only a before-save flow/,
  ],
  [
    'a read-only field assigned',
    {
      'flows/X.flow-meta.xml': flow({
        start: start('', 'RecordBeforeSave'),
        body: assign('$Record.IsConverted', '<booleanValue>true</booleanValue>'),
      }),
    },
    /read-only/,
  ],
  [
    'a value of another type',
    {
      'flows/X.flow-meta.xml': flow({
        start: start('', 'RecordBeforeSave'),
        body: assign('$Record.Phone', '<booleanValue>true</booleanValue>'),
      }),
    },
    /a boolean can't be used as text/,
  ],
  [
    'a connector to nowhere',
    {
      'flows/X.flow-meta.xml': flow({ start: start('<connector><targetReference>Gone</targetReference></connector>') }),
    },
    /no element Gone/,
  ],
  [
    'records created before the save',
    {
      'objects/E__e/E__e.object-meta.xml': event,
      'flows/X.flow-meta.xml': flow({
        start: start('', 'RecordBeforeSave'),
        body: '<recordCreates><name>C</name><object>E__e</object></recordCreates>',
      }),
    },
    /before-save flow has no Create Records/,
  ],
  [
    'records created that are no events',
    { 'flows/X.flow-meta.xml': flow({ body: '<recordCreates><name>C</name><object>Lead</object></recordCreates>' }) },
    /creating Lead records/,
  ],
  [
    'a field type',
    { 'objects/Lead/fields/X__c.field-meta.xml': field('<type>Currency</type>') },
    /field type Currency/,
  ],
  [
    'a picklist on an event',
    {
      'objects/E__e/E__e.object-meta.xml': event,
      'objects/E__e/fields/X__c.field-meta.xml': field('<type>Picklist</type>'),
    },
    /an event can't have a Picklist/,
  ],
  [
    'a formula of itself',
    {
      'objects/Lead/fields/X__c.field-meta.xml': field(
        '<type>Checkbox</type><formula>X__c</formula><formulaTreatBlanksAs>BlankAsBlank</formulaTreatBlanksAs>',
      ),
    },
    /refers to itself/,
  ],
  [
    'a formula of a missing field',
    {
      'objects/Lead/fields/X__c.field-meta.xml': field(
        '<type>Checkbox</type><formula>Y__c</formula><formulaTreatBlanksAs>BlankAsBlank</formulaTreatBlanksAs>',
      ),
    },
    /field Lead\.Y__c does not exist/,
  ],
  ['a validation rule file', { 'objects/Lead/validationRules/X.xml': '<x/>' }, /validationRules: is not emulated/],
  [
    'a grant on a required field',
    { 'permissionsets/X.permissionset-meta.xml': set(grant('Lead.LastName', true)) },
    /Lead\.LastName can't carry field permissions/,
  ],
  [
    'a grant on a missing field',
    { 'permissionsets/X.permissionset-meta.xml': set(grant('Lead.Nothing__c', false)) },
    /no field Lead\.Nothing__c/,
  ],
  [
    'a grant of a missing permission',
    {
      'permissionsets/X.permissionset-meta.xml': set(
        '<customPermissions><enabled>true</enabled><name>Gone</name></customPermissions>',
      ),
    },
    /no custom permission Gone/,
  ],
  [
    'View All without Read',
    {
      'permissionsets/X.permissionset-meta.xml': set(
        '<objectPermissions><object>Lead</object><viewAllRecords>true</viewAllRecords></objectPermissions>',
      ),
    },
    /lacks one that it depends on/,
  ],
  ['an Apex trigger', { 'triggers/X.trigger': 'trigger X on Lead (after insert) {}' }, /triggers: is not emulated/],
])('%s that is not emulated or not legal fails the load, naming the file', (_, files, problem) => {
  withPackage(files, (path) => {
    expect(() => loadOrg({ packageDirs: [path] })).toThrow(problem);
    expect(() => loadOrg({ packageDirs: [path] })).toThrow(path);
  });
});

// https://help.salesforce.com/s/articleView?id=platform.flow_build_logic_fault.htm: without a fault path the save fails.
test('a fault without a fault path rolls the save back', () => {
  const files = {
    'flows/Divide.flow-meta.xml': flow({
      start: start('<connector><targetReference>A</targetReference></connector>'),
      body: `${assign('V', '<elementReference>F</elementReference>')}${formula('Number', '1 / BLANKVALUE({!$Record.NumberOfEmployees}, 0)')}<variables><name>V</name><dataType>Number</dataType></variables>`,
    }),
  };
  withPackage(files, (path) => {
    const org = loadOrg({ packageDirs: [path] });
    const admin = org.addUser({ username: 'admin', isAdministrator: true });
    const create = (NumberOfEmployees: number) =>
      org.create('Lead', { LastName: 'X', Company: 'Y', NumberOfEmployees }, admin);
    expect(create(0).errors).toMatchObject([
      { statusCode: 'CANNOT_EXECUTE_FLOW_TRIGGER', message: expect.stringContaining('Divide') },
    ]);
    expect(org.rows('Lead')).toHaveLength(0);
    expect(create(2).success).toBe(true);
    expect(org.counters.flowFaults).toBe(1);
  });
});

test('two orgs share nothing', () => {
  const [one, two] = [loadOrg({ seed: 'a', leadStatuses: [{ value: 'MQL' }] }), loadOrg({ seed: 'a' })];
  const admin = one.addUser({ username: 'admin', isAdministrator: true });
  one.create('Lead', { LastName: 'X', Company: 'Y' }, admin);
  expect(two.rows('Lead')).toHaveLength(0);
  expect(two.user('admin')).toBeUndefined();
  const statuses = (org: typeof one) =>
    org
      .describe('Lead', admin)
      .fields.find(({ name }) => name === 'Status')
      ?.picklistValues.map(({ value }) => value);
  expect(statuses(one)).toContain('MQL');
  expect(statuses(two)).not.toContain('MQL');
});

test('a package directory that is not there fails the load', () => {
  expect(() => loadOrg({ packageDirs: ['sfdx/nowhere'] })).toThrow('sfdx/nowhere: there is no such directory');
});
