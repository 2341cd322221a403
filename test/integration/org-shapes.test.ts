import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

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
