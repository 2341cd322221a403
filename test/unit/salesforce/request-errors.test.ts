import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jsforce from 'jsforce';
import { RelayError } from '../../../relay/config/relay-error.ts';
import { isExpiredSession, meaningIn, toRelayError } from '../../../relay/salesforce/request-errors.ts';

const withCode = (errorCode: unknown) => Object.assign(new Error('quotes jane@example.com'), { errorCode });

test.each([
  ['REQUEST_LIMIT_EXCEEDED', 'SALESFORCE_API_LIMIT'],
  ['API_DISABLED_FOR_ORG', 'SALESFORCE_FORBIDDEN'],
  ['ERROR_HTTP_403', 'SALESFORCE_FORBIDDEN'],
  ['INVALID_FIELD', 'SALESFORCE_QUERY_REFUSED'],
  ['INVALID_TYPE', 'SALESFORCE_QUERY_REFUSED'],
  ['QUERY_TIMEOUT', 'SALESFORCE_TIMEOUT'],
  ['REQUEST_RUNNING_TOO_LONG', 'SALESFORCE_TIMEOUT'],
  ['QUERY_TOO_COMPLICATED', 'SALESFORCE_TIMEOUT'],
  ['OPERATION_TOO_LARGE', 'SALESFORCE_TIMEOUT'],
  ['ERROR_HTTP_408', 'SALESFORCE_TIMEOUT'],
  ['ERROR_HTTP_504', 'SALESFORCE_TIMEOUT'],
  ['INVALID_QUERY_LOCATOR', 'SALESFORCE_LOCATOR_EXPIRED'],
  ['ERROR_HTTP_503', 'SALESFORCE_REQUEST_FAILED'],
  ['SOMETHING_NEW', 'SALESFORCE_REQUEST_FAILED'],
  ['jane@example.com', 'SALESFORCE_REQUEST_FAILED'],
  [7, 'SALESFORCE_REQUEST_FAILED'],
])('%p becomes %s, and Salesforce’s own text stays out', (errorCode, code) => {
  const error = toRelayError(withCode(errorCode));
  expect(error.code).toBe(code);
  expect(`${error.message} ${String(error.cause)}`).not.toContain('jane');
});

test.each([
  ['what the request makes of its code', { errorCode: 'NOT_FOUND' }, 'BULK_QUERY_GONE'],
  ['what it makes of its status', { errorCode: 'API_ERROR', httpCode: 'ERROR_HTTP_409' }, 'BULK_QUERY_GONE'],
  ['the usual', { errorCode: 'INVALID_FIELD', httpCode: 'ERROR_HTTP_400' }, 'SALESFORCE_QUERY_REFUSED'],
  ['nothing in particular', { errorCode: 'toString', httpCode: 'toString' }, 'SALESFORCE_REQUEST_FAILED'],
])('a refusal means %s', (_case, error, code) => {
  const meanings = { NOT_FOUND: 'BULK_QUERY_GONE', ERROR_HTTP_409: 'BULK_QUERY_GONE' } as const;
  expect(toRelayError(error, meanings).code).toBe(code);
});

test.each([
  ['InvalidBatch : Failed to process query: INVALID_FIELD: No such column', 'SALESFORCE_QUERY_REFUSED'],
  ['NEW_CODE, then QUERY_TIMEOUT', 'SALESFORCE_TIMEOUT'],
  ['nothing that is known', undefined],
])('the first code that is known in %p means %p', (text, code) => {
  expect(meaningIn(text)).toBe(code);
});

test.each(['HeadersTimeoutError', 'BodyTimeoutError'])('undici’s %s is a timeout', (name) => {
  expect(toRelayError(Object.assign(new Error(name), { name })).code).toBe('SALESFORCE_TIMEOUT');
});

test('a request that jsforce gave up on after its time is a timeout, not an outage', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = new jsforce.Connection({ accessToken: 'token', instanceUrl: `http://127.0.0.1:${port}` });
  const options = { timeout: 20, retry: { maxRetries: 0 } };
  const error = await connection.request('/slow', options).catch((caught: unknown) => caught);
  server.closeAllConnections();
  server.close();
  expect(toRelayError(error).code).toBe('SALESFORCE_TIMEOUT');
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
