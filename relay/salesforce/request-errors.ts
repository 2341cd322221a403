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

/** What Salesforce's error codes mean in one request, where that is not what they mean elsewhere. */
export type ErrorMeanings = Readonly<Record<string, ErrorCode>>;

/** True for an answer that says the token is no longer good. */
export function isExpiredSession(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'INVALID_SESSION_ID' || code === 'INVALID_AUTH_HEADER' || code === 'ERROR_HTTP_401';
}

/**
 * Turns what jsforce and undici throw into an error of ours. Salesforce's own text may quote field values: it stays out.
 * @param meanings what the request makes of an error code before the usual is looked up
 */
export function toRelayError(error: unknown, meanings: ErrorMeanings = {}): RelayError {
  if (isRelayError(error)) return error;
  const errorCode = errorCodeOf(error);
  if (errorCode === undefined) return withoutAnswer(error);
  const known = lookUp(meanings, errorCode) ?? lookUp(BY_ERROR_CODE, errorCode);
  const code = known ?? lookUp(meanings, httpCodeOf(error));
  return new RelayError(code ?? 'SALESFORCE_REQUEST_FAILED', `Salesforce refused a request: ${errorCode}.`);
}

/** What the first code that is known and stands in a text of Salesforce's means, such as a failed job's message. */
export function meaningIn(text: string): ErrorCode | undefined {
  const codes = text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
  return codes.map((code) => lookUp(BY_ERROR_CODE, code)).find((code) => code !== undefined);
}

/** Names that every object inherits are no codes. */
function lookUp(meanings: ErrorMeanings, code: string): ErrorCode | undefined {
  return Object.hasOwn(meanings, code) ? meanings[code] : undefined;
}

/** jsforce aborts a request whose time is over; undici has an error for the head and one for the body. */
const OVER_TIME = ['AbortError', 'HeadersTimeoutError', 'BodyTimeoutError'];

function withoutAnswer(error: unknown): RelayError {
  if (typeof error === 'object' && error !== null && 'name' in error && OVER_TIME.includes(String(error.name))) {
    return new RelayError('SALESFORCE_TIMEOUT', 'Salesforce did not answer in time.');
  }
  return new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer.');
}

function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errorCode' in error)) return undefined;
  const { errorCode } = error;
  return typeof errorCode === 'string' && /^[A-Z0-9_]+$/.test(errorCode) ? errorCode : 'UNKNOWN';
}

function httpCodeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'httpCode' in error ? String(error.httpCode) : '';
}
