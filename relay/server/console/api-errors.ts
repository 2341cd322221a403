import type { NextFunction, Request, Response } from 'express';
import type { ErrorCode } from '../../config/error-codes.ts';
import { isRelayError, RelayError } from '../../config/relay-error.ts';
import type { ApiError } from './contract.ts';

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  CONSOLE_REQUEST_INVALID: 400,
  CONSOLE_LOGIN_NEEDED: 401,
  CONSOLE_LOGIN_REFUSED: 401,
  CONSOLE_OTHER_SITE: 403,
  CONSOLE_NOT_FOUND: 404,
  CONSOLE_TOO_MANY_ATTEMPTS: 429,
  CONSOLE_DEFECT: 500,
  CONSOLE_TOO_MANY_WATCHERS: 503,
  RELAY_STARTING: 503,
  STORE_FAILED: 503,
  SALESFORCE_API_LIMIT: 503,
};
/** Any other error of ours is one that a side answered with. */
const SIDE_FAILED = 502;

export function invalid(message: string): RelayError {
  return new RelayError('CONSOLE_REQUEST_INVALID', message);
}

/**
 * Turns whatever a route throws into the answer that the contract promises, with no word of a defect's own.
 * @param tell hears of each defect
 */
export function answerErrors(tell: ((defect: unknown) => void) | undefined) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { code, message, nextStep } = asRelayError(error);
    if (code === 'CONSOLE_DEFECT') tell?.(error);
    const body: ApiError = { code, message, next: nextStep };
    response.status(STATUS[code] ?? SIDE_FAILED).json(body);
  };
}

function asRelayError(error: unknown): RelayError {
  if (isRelayError(error)) return error;
  if (isUnreadable(error)) return invalid('The request can’t be read.');
  return new RelayError('CONSOLE_DEFECT', 'The relay met a defect of its own.', { cause: error });
}

/** What express says of a body or a path that it can't read. */
function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error && 'status' in error && typeof error.status === 'number')) return false;
  return error.status >= 400 && error.status < 500;
}
