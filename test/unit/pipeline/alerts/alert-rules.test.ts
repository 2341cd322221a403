import { ALERT_NAMES, ALERT_RULES, type AlertName } from '../../../../relay/pipeline/alerts/alert-rules.ts';
import { type AlertSignals, NO_TROUBLE } from '../../../../relay/pipeline/alerts/alert-signals.ts';
import { MINUTE, signals, T0 } from './alert-samples.ts';

const faultsOf = (given: Partial<AlertSignals>): AlertName[] =>
  ALERT_NAMES.filter((name) => ALERT_RULES[name].fault(signals(given)) !== undefined);

const figures = (given: Partial<AlertSignals['figures']>) => ({ figures: { ...NO_TROUBLE, ...given } });

test('a relay that is well has no fault, nor has one that another listens for', () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ stream: undefined, deliveries: undefined })).toEqual([]);
});

test.each<[string, Partial<AlertSignals>, AlertName[]]>([
  ['a stream that is interrupted', { stream: { state: 'connecting', reason: 'silent' } }, ['stream_silent']],
  ['a stream that is denied', { stream: { state: 'connecting', reason: 'denied' } }, ['stream_silent']],
  [
    'spent deliveries, while the stream asks for some',
    { stream: { state: 'connecting', reason: 'allocation_spent' }, areDeliveriesSpent: true },
    ['deliveries_budget'],
  ],
  ['few deliveries', { deliveries: { most: 50_000, left: 4_999 } }, ['deliveries_budget']],
  ['a tenth of the deliveries', { deliveries: { most: 50_000, left: 5_000 } }, []],
  ['a change that waits for 15 minutes', figures({ oldestLiveDue: T0 - 15 * MINUTE }), ['lag']],
  ['a change that waits for less', figures({ oldestLiveDue: T0 - 15 * MINUTE + 1 }), []],
  ['a change that waits while paused', { ...figures({ oldestLiveDue: 0 }), isPaused: true }, []],
  ['ten failed records', figures({ recentlyFailed: 10 }), ['dead_letters']],
  ['nine failed records', figures({ recentlyFailed: 9 }), []],
  ['ten refused statuses', figures({ refusedWriteBacks: 10 }), ['write_backs_refused']],
  ['nine refused statuses', figures({ refusedWriteBacks: 9 }), []],
  ['few calls', { phase: 'live_only' }, ['api_budget']],
  ['no calls of the share', { phase: 'spent' }, ['api_budget']],
  ['no calls of the org', { salesforceStopped: 'SALESFORCE_API_LIMIT' }, ['api_budget']],
  ['half of the calls', { phase: 'tight' }, []],
  ['a store that fails', { isStoreHealthy: false }, ['store_failing']],
  ['a refused login', { salesforceStopped: 'SALESFORCE_LOGIN_REFUSED' }, ['salesforce_refused']],
  ['a missing permission', { salesforceStopped: 'SALESFORCE_FORBIDDEN' }, ['salesforce_refused']],
  ['Salesforce out of reach', { salesforceStopped: 'SALESFORCE_UNREACHABLE' }, ['salesforce_down']],
  ['Salesforce answering 503', { salesforceStopped: 'SALESFORCE_REQUEST_FAILED' }, ['salesforce_down']],
  ['a refused key', { onesignalStopped: 'ONESIGNAL_KEY_REFUSED' }, ['onesignal_refused']],
  ['OneSignal out of reach', { onesignalStopped: 'ONESIGNAL_UNREACHABLE' }, ['onesignal_down']],
  ['a row that can’t work', { faultyRows: 1 }, ['mapping_faulty']],
])('%s', (_, given, names) => {
  expect(faultsOf(given)).toEqual(names);
});

test.each(ALERT_NAMES)('%s says what to do next', (name) => {
  expect(ALERT_RULES[name].next).toMatch(/^[`A-Z].*\.$/);
});
