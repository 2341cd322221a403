import type { ErrorCode } from '../config/error-codes.ts';
import { isRelayError, RelayError } from '../config/relay-error.ts';

/**
 * What Salesforce's error codes mean for the relay, by request (not by row).
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
const BY_ERROR_CODE: Readonly<Record<string, ErrorCode>> = {
  REQUEST_LIMIT_EXCEEDED: 'SALESFORCE_API_LIMIT',
  API_DISABLED_FOR_ORG: 'SALESFORCE_FORBIDDEN',
  API_CURRENTLY_DISABLED: 'SALESFORCE_FORBIDDEN',
  INSUFFICIENT_ACCESS: 'SALESFORCE_FORBIDDEN',
  FUNCTIONALITY_NOT_ENABLED: 'SALESFORCE_FORBIDDEN',
  ERROR_HTTP_403: 'SALESFORCE_FORBIDDEN',
  INVALID_FIELD: 'SALESFORCE_QUERY_REFUSED',
  INVALID_TYPE: 'SALESFORCE_QUERY_REFUSED',
  MALFORMED_QUERY: 'SALESFORCE_QUERY_REFUSED',
  UNSUPPORTED_API_VERSION: 'SALESFORCE_API_VERSION',
  // Two minutes are what a query gets: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_bulk_query_processing.htm
  QUERY_TIMEOUT: 'SALESFORCE_TIMEOUT',
  REQUEST_RUNNING_TOO_LONG: 'SALESFORCE_TIMEOUT',
  QUERY_TOO_COMPLICATED: 'SALESFORCE_TIMEOUT',
  OPERATION_TOO_LARGE: 'SALESFORCE_TIMEOUT',
  ERROR_HTTP_408: 'SALESFORCE_TIMEOUT',
  ERROR_HTTP_504: 'SALESFORCE_TIMEOUT',
  // Locators live for two days: https://help.salesforce.com/s/articleView?id=000384958
  INVALID_QUERY_LOCATOR: 'SALESFORCE_LOCATOR_EXPIRED',
};

/** True for an answer that says the token is no longer good. */
export function isExpiredSession(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'INVALID_SESSION_ID' || code === 'INVALID_AUTH_HEADER' || code === 'ERROR_HTTP_401';
}

/** Turns what jsforce throws into an error of ours. Salesforce's own text may quote field values: it stays out. */
export function toRelayError(error: unknown): RelayError {
  if (isRelayError(error)) return error;
  const errorCode = errorCodeOf(error);
  if (errorCode === undefined) return withoutAnswer(error);
  const code = BY_ERROR_CODE[errorCode] ?? 'SALESFORCE_REQUEST_FAILED';
  return new RelayError(code, `Salesforce refused a request: ${errorCode}.`);
}

/** jsforce aborts a request whose time is over. */
function withoutAnswer(error: unknown): RelayError {
  if (typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError') {
    return new RelayError('SALESFORCE_TIMEOUT', 'Salesforce did not answer in time.');
  }
  return new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer.');
}

function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errorCode' in error)) return undefined;
  const { errorCode } = error;
  return typeof errorCode === 'string' && /^[A-Z0-9_]+$/.test(errorCode) ? errorCode : 'UNKNOWN';
}
