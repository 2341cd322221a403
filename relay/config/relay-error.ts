import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** Marks our errors across copies of this module, where `instanceof` would fail. */
const RELAY_ERROR = Symbol.for('onesignal-salesforce-relay.error');

/**
 * An error that a person will read: a stable code for programs, one sentence for people, and what to do next.
 * The message never holds a secret or personal data.
 */
export class RelayError extends Error {
  readonly code: ErrorCode;
  readonly nextStep: string;
  /** More than one finding, e.g. one line for each bad variable. */
  readonly problems: readonly string[];
  readonly [RELAY_ERROR] = true;

  constructor(code: ErrorCode, message: string, options: { problems?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RelayError';
    this.code = code;
    this.nextStep = ERROR_CODES[code];
    this.problems = options.problems ?? [];
  }
}

/** True for our own errors, also from another copy of this package. */
export function isRelayError(error: unknown): error is RelayError {
  return typeof error === 'object' && error !== null && RELAY_ERROR in error;
}

/** The whole text for a terminal: sentence, findings, next step, code. */
export function explainError(error: RelayError): string {
  const problems = error.problems.map((problem) => `  - ${problem}`);
  return [`${error.message} [${error.code}]`, ...problems, `Next: ${error.nextStep}`].join('\n');
}
