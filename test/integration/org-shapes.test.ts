import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

test('the record type of a record is told as a tag, by its developer name', async () => {
  const s = await startScenario({
    world: { onesignal: { plan: 'growth' } },
    prepare({ org }) {
      org.setSettings({ Max_Tags__c: 3 });
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Funnel', {
        Object_Name__c: 'Lead',
        Field__c: 'RecordType.DeveloperName',
        Kind__c: 'Tag',
        Tag__c: 'funnel',
        Is_Active__c: true,
      });
    },
  });
  const RecordTypeId = s.world.org.addRecordType('Lead', 'Partner');
  const [partner, other] = [s.lead({ RecordTypeId }), s.lead()];
  await s.settled();
  expect([s.user(partner)?.tags.funnel, s.user(other)?.tags.funnel]).toEqual(['Partner', undefined]);
  expect([partner, other].map(s.said)).toEqual(['Synced OK', 'Synced OK']);
});

test('with the example flow the stage of an opportunity becomes the tag of its primary contact', async () => {
  const s = await startScenario({ world: { org: { packageDirs: ['sfdx/main/default', 'sfdx/examples'] } } });
  const { org, seller } = s.world;
  const contact = s.contact();
  const created = (object: string, values: Parameters<typeof org.create>[1]) =>
    String(org.create(object, values, seller).id);
  const deal = created('Opportunity', { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31' });
  created('OpportunityContactRole', { OpportunityId: deal, ContactId: contact, IsPrimary: true });
  const moveTo = (StageName: string) => org.update('Opportunity', deal, { StageName }, seller);
  moveTo('Qualification');
  await s.settled();
  expect(s.user(contact)?.tags.sf_stage).toBe('opportunity');
  moveTo('Closed Won');
  await s.settled();
  expect(s.user(contact)?.tags.sf_stage).toBe('customer');
  expect(s.said(contact)).toBe('Synced OK');
});
