import type { NextFunction, Request, Response } from 'express';
import { OrgRefusal, type RowError } from '../org-contract.ts';
import type { EmulatedOrg } from './emulated-org.ts';

/** Salesforce answers errors as a JSON array of one. */
export function sendRefusal(response: Response, status: number, errorCode: string, message: string): void {
  response.status(status).json([{ message, errorCode }]);
}

/** A row that failed outside collections: its error becomes the whole answer. */
export function sendRowErrors(response: Response, errors: RowError[]): void {
  const first = errors[0]?.statusCode ?? '';
  const missing = ['ENTITY_IS_DELETED', 'NOT_FOUND', 'INVALID_CROSS_REFERENCE_KEY'].includes(first);
  const forbidden = first.startsWith('INSUFFICIENT_ACCESS');
  response
    .status(missing ? 404 : forbidden ? 403 : 400)
    .json(errors.map(({ statusCode, message, fields }) => ({ message, errorCode: statusCode, fields })));
}

export function sendNotFound(_request: Request, response: Response): void {
  sendRefusal(response, 404, 'NOT_FOUND', 'The requested resource does not exist');
}

/** The last handler: refusals of the org, bodies that aren't JSON, and what the emulator can't do. */
export function sendError(emulated: EmulatedOrg) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) next(error);
    else if (error instanceof OrgRefusal) sendRefusal(response, error.httpStatus, error.errorCode, error.message);
    else if (isBodyError(error)) sendRefusal(response, error.status, bodyErrorCode(error.status), error.message);
    else {
      const message = error instanceof Error ? error.message : String(error);
      emulated.stats.emulatorErrors.push(message);
      sendRefusal(response, 500, 'UNKNOWN_EXCEPTION', `Emulator: ${message}`);
    }
  };
}

function isBodyError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'type' in error && 'status' in error && typeof error.status === 'number';
}

function bodyErrorCode(status: number): string {
  return status === 413 ? 'REQUEST_TOO_LARGE' : 'JSON_PARSER_ERROR';
}
