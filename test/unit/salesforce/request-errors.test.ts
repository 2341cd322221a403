import { RelayError } from '../../../relay/config/relay-error.ts';
import { isExpiredSession, toRelayError } from '../../../relay/salesforce/request-errors.ts';

const withCode = (errorCode: unknown) => Object.assign(new Error('quotes jane@example.com'), { errorCode });

test.each([
  ['REQUEST_LIMIT_EXCEEDED', 'SALESFORCE_API_LIMIT'],
  ['API_DISABLED_FOR_ORG', 'SALESFORCE_FORBIDDEN'],
  ['ERROR_HTTP_403', 'SALESFORCE_FORBIDDEN'],
  ['INVALID_FIELD', 'SALESFORCE_QUERY_REFUSED'],
  ['INVALID_TYPE', 'SALESFORCE_QUERY_REFUSED'],
  ['ERROR_HTTP_503', 'SALESFORCE_REQUEST_FAILED'],
  ['SOMETHING_NEW', 'SALESFORCE_REQUEST_FAILED'],
  ['jane@example.com', 'SALESFORCE_REQUEST_FAILED'],
  [7, 'SALESFORCE_REQUEST_FAILED'],
])('%p becomes %s, and Salesforce’s own text stays out', (errorCode, code) => {
  const error = toRelayError(withCode(errorCode));
  expect(error.code).toBe(code);
  expect(`${error.message} ${String(error.cause)}`).not.toContain('jane');
});

test('no answer is told apart from a refusal, and our own errors pass', () => {
  for (const error of [new Error('socket hang up'), null, 'x'])
    expect(toRelayError(error).code).toBe('SALESFORCE_UNREACHABLE');
  const own = new RelayError('STORE_FAILED', 'No.');
  expect(toRelayError(own)).toBe(own);
});

test.each(['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'ERROR_HTTP_401'])('%s asks for a new login', (code) => {
  expect(isExpiredSession(withCode(code))).toBe(true);
});

test.each(['REQUEST_LIMIT_EXCEEDED', 'ERROR_HTTP_403', undefined])('%p does not', (code) => {
  expect(isExpiredSession(withCode(code))).toBe(false);
});
