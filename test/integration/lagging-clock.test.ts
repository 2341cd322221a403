import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

// A Date header is cut to whole seconds, so Salesforce's clock as the relay knows it runs behind the stamps on the records.
test('a change made in the very second of a reconcile is found by it, however late the clock of the login answer is', async () => {
  const s = await startScenario({ world: { salesforce: { clock: () => Date.now() - 5_000 } } });
  const id = s.lead();
  await s.settled();
  s.world.org.losePublished(1);
  s.update(id, { Status: 'Working - Contacted' });
  await s.restart();
  await s.until('reconcile finds it', () => s.user(id)?.tags.sf_stage === 'Working - Contacted');
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
});
