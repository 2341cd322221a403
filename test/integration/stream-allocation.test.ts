import { type LogFields, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

test('while the deliveries of the day are spent the relay says so once and waits, then goes on where it was', async () => {
  const said: unknown[] = [];
  const logger = { ...SILENT_LOGGER, warn: (_message: string, fields?: LogFields) => void said.push(fields?.reason) };
  const s = await startScenario({ relay: { logger, streamTiming: { waitScale: 0.005 } } });
  const first = s.lead();
  await s.settled();
  const { faults, stats } = s.world.salesforce;
  faults.spendDeliveries();
  const state = () => JSON.stringify(s.relay.relay.readiness().reasons);
  await s.until('/readyz says so', () => state().includes('allocation_spent'));
  const [before, second] = [stats.refusedSubscribes.length, s.lead()];
  await s.until('it was tried twice more', () => stats.refusedSubscribes.length >= before + 2);
  expect(state()).toContain('spent its event deliveries');
  expect(said).toEqual(['allocation_spent']);
  faults.restoreDeliveries();
  await s.settled();
  expect([first, second].map(s.said)).toEqual(['Synced OK', 'Synced OK']);
  expect(stats.replayIdsAsked.at(-1)).toBeGreaterThan(0);
  expect(s.reasons()).toEqual([]);
});
