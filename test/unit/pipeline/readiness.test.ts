import { ERROR_CODES } from '../../../relay/config/error-codes.ts';
import { RelayError } from '../../../relay/config/relay-error.ts';
import { assessReadiness, type ReadinessInputs } from '../../../relay/pipeline/readiness.ts';

const WELL: ReadinessInputs = {
  startup: undefined,
  isStarted: true,
  stream: { state: 'subscribed', reason: undefined },
  isStoreHealthy: true,
  isStandby: false,
  isPaused: false,
  gates: [undefined, undefined],
  warnings: [],
  leftToBackfill: 0,
  underOtherMapping: 0,
  budget: { spent: undefined, warnings: [] },
};
const codes = (change: Partial<ReadinessInputs>) =>
  assessReadiness({ ...WELL, ...change }).reasons.map(({ code }) => code);

test('a relay that does its job is ready, and a warning does not change that', () => {
  expect(assessReadiness({ ...WELL, warnings: ['row X'] })).toEqual({
    isReady: true,
    reasons: [],
    warnings: ['row X'],
  });
});

test('a crowd that is left to a backfill is a warning', () => {
  const { isReady, warnings } = assessReadiness({ ...WELL, leftToBackfill: 5_000 });
  expect([isReady, warnings.length]).toEqual([true, 1]);
});

test.each([
  ['STARTING', { isStarted: false }],
  ['PAUSED', { isPaused: true }],
  ['STORE_FAILED', { isStoreHealthy: false }],
  ['STREAM_NOT_SUBSCRIBED', { stream: { state: 'waiting', reason: 'allocation_spent' } }],
  ['SALESFORCE_FORBIDDEN', { gates: [new RelayError('SALESFORCE_FORBIDDEN', 'No.'), undefined] }],
  ['SALESFORCE_LOGIN_REFUSED', { isStarted: false, startup: new RelayError('SALESFORCE_LOGIN_REFUSED', 'No.') }],
] as const)('%s keeps it from being ready, with a message and what to do next', (code, change) => {
  const { isReady, reasons } = assessReadiness({ ...WELL, ...change });
  expect(isReady).toBe(false);
  expect(reasons).toEqual([{ code, message: expect.stringMatching(/\S/), next: expect.stringMatching(/\S/) }]);
});

test('everything that stands in the way is named, each once', () => {
  const error = new RelayError('ONESIGNAL_KEY_REFUSED', 'No.');
  const stream = { state: 'connecting', reason: 'denied' } as const;
  expect(codes({ gates: [error, error], isPaused: true, stream })).toEqual([
    'ONESIGNAL_KEY_REFUSED',
    'STREAM_NOT_SUBSCRIBED',
    'PAUSED',
  ]);
});

test('a stream whose login is refused says what to do about the login', () => {
  const stream = { state: 'reauthenticating', reason: 'SALESFORCE_LOGIN_REFUSED' } as const;
  const { reasons } = assessReadiness({ ...WELL, stream });
  expect(reasons.map(({ next }) => next)).toEqual([ERROR_CODES.SALESFORCE_LOGIN_REFUSED]);
});

test('an edit of the mapping that has left records behind is told with how to send what it changes', () => {
  const { isReady, warnings } = assessReadiness({ ...WELL, underOtherMapping: 7 });
  expect(isReady).toBe(true);
  expect(warnings).toEqual([expect.stringMatching(/^7 records .*backfill --changed/)]);
});
