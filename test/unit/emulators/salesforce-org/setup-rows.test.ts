import { newOrg } from './org-under-test.ts';

const settings = 'SELECT Stage_Tag__c, Is_Paused__c, Max_Tags__c, SetupOwnerId FROM OneSignal_Settings__c';

test('the org default of the settings has the defaults of its fields, and is absent until it is set', () => {
  const { org, relay } = newOrg();
  expect(org.query(settings, relay)).toEqual([]);
  org.setSettings({ Max_Tags__c: 5 });
  expect(org.query(settings, relay)).toMatchObject([
    { Stage_Tag__c: 'sf_stage', Is_Paused__c: false, Max_Tags__c: 5, SetupOwnerId: org.id },
  ]);
  org.setSettings(undefined);
  expect(org.query(settings, relay)).toEqual([]);
});

test('mapping rows are put, replaced and removed by their developer name', () => {
  const { org, relay } = newOrg();
  const type = 'OneSignal_Stage_Mapping__mdt';
  const soql = `SELECT DeveloperName, Stage__c, Lifecycle_Stage__c, Is_Active__c FROM ${type} ORDER BY DeveloperName`;
  org.putMetadataRow(type, 'Open', { Object_Name__c: 'Lead', Stage__c: 'Open', Lifecycle_Stage__c: 'new' });
  org.putMetadataRow(type, 'Open', { Lifecycle_Stage__c: 'fresh' });
  org.putMetadataRow(type, 'Won', { Object_Name__c: 'Lead', Stage__c: 'Won', Lifecycle_Stage__c: 'customer' });
  expect(org.query(soql, relay)).toMatchObject([
    { DeveloperName: 'Open', Stage__c: 'Open', Lifecycle_Stage__c: 'fresh', Is_Active__c: true },
    { DeveloperName: 'Won' },
  ]);
  org.removeMetadataRow(type, 'Open');
  expect(org.query(soql, relay)).toHaveLength(1);
});

test('a row that Setup would refuse is refused', () => {
  const { org } = newOrg();
  const put = (values: Record<string, string>) => () => org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'X', values);
  expect(put({ Stage__c: 'A' })).toThrow(/Required fields are missing/);
  expect(put({ Object_Name__c: 'Case', Stage__c: 'A', Lifecycle_Stage__c: 'b' })).toThrow(/restricted picklist/);
  expect(put({ Colour__c: 'red' })).toThrow(/no field/);
  expect(() => org.setSettings({ Stage_Tag__c: 'x'.repeat(129) })).toThrow(/too large/);
});

test('the package ships no mapping rows', () => {
  const { org, relay } = newOrg();
  for (const type of ['OneSignal_Stage_Mapping__mdt', 'OneSignal_Tag_Mapping__mdt']) {
    expect(org.query(`SELECT Id FROM ${type}`, relay)).toEqual([]);
  }
});
