import { newLead, newOrg, quiet } from './org-under-test.ts';

test('8,000 leads that move twice publish an event each time, and are found by their ids', () => {
  const under = newOrg();
  const ids = Array.from({ length: 8000 }, (_, index) => newLead(under, { Email: `lead${index}@example.com` }));
  for (const status of ['Working - Contacted', 'Closed - Not Converted']) {
    for (const id of ids) under.org.update('Lead', id, { Status: status }, under.admin, quiet);
  }
  expect(under.org.counters).toMatchObject({ published: 24_000, flowFaults: 0, reassignments: 0 });

  const list = ids
    .slice(4000, 4200)
    .map((id) => `'${id}'`)
    .join(', ');
  const soql = `SELECT Id, Status, OneSignal_Sync_Due__c FROM Lead WHERE Id IN (${list})`;
  expect(under.org.query(soql, under.relay)).toHaveLength(200);
});
