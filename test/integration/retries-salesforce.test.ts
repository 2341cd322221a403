import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const UNAVAILABLE = { status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html' };
const UNTIL_CLEARED = 1_000_000;

test('while Salesforce’s REST API is down no record spends a try, and the log tells of it once', async () => {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  let mostAttempts = 0;
  let looks = 0;
  const s = await startScenario({
    relay: {
      logger: { ...SILENT_LOGGER, info: tell, warn: tell, error: tell },
      wrapStore: (store) => ({
        ...store,
        async leaseDue(request) {
          const leases = await store.leaseDue(request);
          if (leases.length > 0) looks += 1;
          mostAttempts = Math.max(mostAttempts, ...leases.map(({ attempts }) => attempts));
          return leases;
        },
      }),
    },
  });
  s.lead();
  await s.settled();
  [told.length, looks] = [0, 0];
  s.world.salesforce.faults.answerHttp(UNTIL_CLEARED, { on: 'rest', ...UNAVAILABLE });
  const ids = Array.from({ length: 30 }, () => s.lead());
  await s.until('it was tried again and again', () => looks >= 3);
  expect(s.reasons()).toContain('SALESFORCE_REQUEST_FAILED');
  s.world.salesforce.faults.clearHttp();
  await s.settled();
  expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
  expect(mostAttempts).toBe(0);
  expect(told).toEqual([
    'Salesforce work stands still: Salesforce refused a request: ERROR_HTTP_503.',
    'Salesforce works again.',
  ]);
});
