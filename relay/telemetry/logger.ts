import winston from 'winston';
import { printable } from './printable.ts';

/** Values that may stand beside a message: codes, counts, record ids. Never names, addresses, tag values or secrets. */
export type LogFields = Record<string, string | number | boolean | undefined | readonly string[]>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  level: 'error' | 'warn' | 'info' | 'debug';
  format: 'json' | 'pretty';
}

const pretty = winston.format.printf(({ timestamp, level, message, ...fields }) => {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  const line = [String(timestamp), level.toUpperCase().padEnd(5), String(message), ...rest].join(' ');
  // The name of a tag, say, must not be able to forge a line.
  return printable(line.replaceAll('\n', ' '));
});

/** Logs go to stderr: stdout belongs to what a command prints. */
export function createLogger(options: LoggerOptions): Logger {
  return winston.createLogger({
    level: options.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      options.format === 'json' ? winston.format.json() : pretty,
    ),
    transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
}

/** For tests and for callers that want silence. */
export const SILENT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
