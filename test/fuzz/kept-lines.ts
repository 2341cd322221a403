import type { Logger } from '../../relay/telemetry/logger.ts';

/** A logger that keeps what it is told, as one line of JSON each. */
export function linesKept(): { lines: string[]; logger: Logger } {
  const lines: string[] = [];
  const keep = (message: string, fields?: object) => void lines.push(JSON.stringify({ message, ...fields }));
  return { lines, logger: { debug: keep, info: keep, warn: keep, error: keep } };
}
