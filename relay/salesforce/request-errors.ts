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
  if (errorCode === undefined) return new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer.');
  const code = BY_ERROR_CODE[errorCode] ?? 'SALESFORCE_REQUEST_FAILED';
  return new RelayError(code, `Salesforce refused a request: ${errorCode}.`);
}

function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errorCode' in error)) return undefined;
  const { errorCode } = error;
  return typeof errorCode === 'string' && /^[A-Z0-9_]+$/.test(errorCode) ? errorCode : 'UNKNOWN';
}
